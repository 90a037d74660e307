package org.smqcluster.config;

/** The keys of administrators' logins by OpenID Connect. */
public final class OidcKeys {

  static final ConfigKey.KeyList KEYS = new ConfigKey.KeyList();

  public static final ConfigKey<String> ISSUER =
      KEYS.add(
          "smq.admin.oidc.issuer",
          Kind.matching(
              "|https://[^?#]+|http://(127\\.0\\.0\\.1|localhost|\\[::1])[:/][^?#]*",
              "an https:// URL (http:// for loopback)"),
          "",
          "Login server (OpenID Connect) of administrators; empty for none. It sends browsers back to"
              + " smq.http.url with the path /api/session/oidc/callback, which it must know.");

  public static final ConfigKey<String> CLIENT_ID =
      KEYS.add(
          "smq.admin.oidc.client.id",
          Kind.text(),
          "",
          "Name of this cluster at the login server, and the aud of tokens for /api.");

  public static final ConfigKey<String> CLIENT_SECRET =
      KEYS.add(
          "smq.admin.oidc.client.secret",
          Kind.text().secret(),
          "",
          "Its secret there, sent by HTTP Basic; empty for a public client.");

  public static final ConfigKey<String> SCOPE =
      KEYS.add(
          "smq.admin.oidc.scope",
          Kind.matching("openid( \\S+)*", "openid, or openid and other words"),
          "openid profile",
          "What the login server is asked for.");

  public static final ConfigKey<String> USER_CLAIM =
      KEYS.add(
          "smq.admin.oidc.user.claim",
          Kind.matching("\\S{1,100}", "1 to 100 characters without blanks"),
          "sub",
          "Claim of a token with the administrator's name.");

  public static final ConfigKey<String> ROLES_CLAIM =
      KEYS.add(
          "smq.admin.oidc.roles.claim",
          Kind.matching("\\S{1,100}", "1 to 100 characters without blanks"),
          "groups",
          "Claim of a token with a list of groups, or one of them.");

  public static final ConfigKey<String> VIEWERS =
      KEYS.add(
          "smq.admin.oidc.viewers", Kind.text(), "smq-viewer", "Group whose members are viewers.");

  public static final ConfigKey<String> OPERATORS =
      KEYS.add(
          "smq.admin.oidc.operators",
          Kind.text(),
          "smq-operator",
          "Group whose members are operators.");

  private OidcKeys() {}
}
