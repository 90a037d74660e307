package org.smqcluster.config;

/** The keys of {@code smq.auth=jwt}. */
public final class JwtKeys {

  static final ConfigKey.KeyList KEYS = new ConfigKey.KeyList();

  /** A file, or a URL that cannot be changed on its way. */
  private static final String KEY_SOURCE =
      "(?!http://(?!(127\\.0\\.0\\.1|localhost|\\[::1])[:/])).*";

  public static final ConfigKey<String> KEY_SET =
      KEYS.add(
          "smq.auth.jwt.keys",
          Kind.matching(
              KEY_SOURCE, "the path of a file, or an https:// URL (http:// for loopback)"),
          "",
          "Public keys (JWKS) of the issuer of tokens. A file is read again when it changes; a URL is"
              + " asked every five minutes, and for a key that is not known, every 30 s at most.");

  public static final ConfigKey<String> ISSUER =
      KEYS.add(
          "smq.auth.jwt.issuer", Kind.text(), "", "The only value of a token's iss that counts.");

  public static final ConfigKey<String> AUDIENCE =
      KEYS.add("smq.auth.jwt.audience", Kind.text(), "", "What a token's aud must be or contain.");

  public static final ConfigKey<String> USER_CLAIM =
      KEYS.add(
          "smq.auth.jwt.user.claim",
          Kind.matching("\\S{1,100}", "1 to 100 characters without blanks"),
          "sub",
          "Claim of a token with the user's name.");

  public static final ConfigKey<String> TOPICS_CLAIM =
      KEYS.add(
          "smq.auth.jwt.topics.claim",
          Kind.matching("\\S{0,100}", "1 to 100 characters without blanks; empty for none"),
          "",
          "Claim of a token with a list of what its client may do, each ACTIONS:PATTERN as in"
              + " server-config/acl.example, for example subscribe,publish:/home/{user}/**; all else"
              + " is denied. smq.acl.file must allow it, too.");

  private JwtKeys() {}
}
