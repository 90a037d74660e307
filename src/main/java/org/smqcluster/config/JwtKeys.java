package org.smqcluster.config;

import java.util.List;

/** The keys of {@code smq.auth=jwt}. */
public final class JwtKeys {

  /** A file, or a URL that cannot be changed on its way. */
  private static final String KEYS = "(?!http://(?!(127\\.0\\.0\\.1|localhost|\\[::1])[:/])).*";

  public static final ConfigKey<String> KEY_SET =
      new ConfigKey<>(
          "smq.auth.jwt.keys",
          Kind.matching(KEYS, "the path of a file, or an https:// URL (http:// for loopback)"),
          "",
          "Public keys (JWKS) of the issuer of tokens. A file is read again when it changes; a URL is"
              + " asked every five minutes, and for a key that is not known, every 30 s at most.");

  public static final ConfigKey<String> ISSUER =
      new ConfigKey<>(
          "smq.auth.jwt.issuer", Kind.text(), "", "The only value of a token's iss that counts.");

  public static final ConfigKey<String> AUDIENCE =
      new ConfigKey<>(
          "smq.auth.jwt.audience", Kind.text(), "", "What a token's aud must be or contain.");

  public static final ConfigKey<String> USER_CLAIM =
      new ConfigKey<>(
          "smq.auth.jwt.user.claim",
          Kind.matching("\\S{1,100}", "1 to 100 characters without blanks"),
          "sub",
          "Claim of a token with the user's name.");

  public static final ConfigKey<String> TOPICS_CLAIM =
      new ConfigKey<>(
          "smq.auth.jwt.topics.claim",
          Kind.matching("\\S{0,100}", "1 to 100 characters without blanks; empty for none"),
          "",
          "Claim of a token with a list of what its client may do, each ACTIONS:PATTERN as in"
              + " server-config/acl.example, for example subscribe,publish:/home/{user}/**; all else"
              + " is denied. smq.acl.file must allow it, too.");

  private JwtKeys() {}

  static List<ConfigKey<?>> all() {
    return List.of(KEY_SET, ISSUER, AUDIENCE, USER_CLAIM, TOPICS_CLAIM);
  }
}
