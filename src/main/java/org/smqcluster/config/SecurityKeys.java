package org.smqcluster.config;

import java.util.List;

/** The keys of authentication, authorization, rate limits and TLS. */
public final class SecurityKeys {

  static final ConfigKey.KeyList KEYS = new ConfigKey.KeyList();

  /** A way of authenticating clients: one word of {@code smq.auth}. */
  public enum AuthMode {
    /** Every client is accepted, without a user. */
    NONE,
    /** A user of {@code smq.auth.users.file}, by password or by the answer to a challenge. */
    USERS,
    /** The name in the client's certificate: mutual TLS. */
    CERTIFICATE,
    /** The user that the HTTP request of the WebSocket handshake was authenticated as. */
    HTTP,
    /** A signed token (JWT) of another server. */
    JWT
  }

  /** Where in a client's certificate its user name is. */
  public enum CertificateName {
    /** The common name of the subject. */
    CN,
    /** The first DNS name among the subject's alternative names. */
    SAN_DNS,
    /** The first mail address among the subject's alternative names. */
    SAN_EMAIL,
    /** The first URI among the subject's alternative names. */
    SAN_URI
  }

  /** What a TLS port asks of its clients. */
  public enum TlsClientAuth {
    /** No certificate is asked for. */
    NONE,
    /** A certificate is asked for; a client without one may connect, too. */
    WANT,
    /** Without an accepted certificate the TLS handshake fails. */
    NEED
  }

  private static final String FILE = "the path of a file; empty for none";

  public static final ConfigKey<List<AuthMode>> AUTH =
      KEYS.add(
          "smq.auth",
          Kind.list(Kind.choice(AuthMode.class)),
          "none",
          "How clients authenticate; one that accepts is enough. none: every client is accepted,"
              + " unless the application has authenticators of its own.");

  public static final ConfigKey<Boolean> AUTH_NONE_ALLOWED =
      KEYS.add(
          "smq.auth.none.allowed",
          Kind.bool(),
          "false",
          "Whether smq.auth=none may serve other addresses than loopback: every client that reaches"
              + " the node may do everything that smq.acl.file does not forbid.");

  public static final ConfigKey<String> AUTH_USERS_FILE =
      KEYS.add(
          "smq.auth.users.file",
          Kind.text(FILE),
          "",
          "Users with their hashed passwords or keys; read again when it changes."
              + " See server-config/users.example.");

  public static final ConfigKey<CertificateName> AUTH_CERTIFICATE_NAME =
      KEYS.add(
          "smq.auth.certificate.name",
          Kind.choice(CertificateName.class),
          "cn",
          "Where in a client's certificate its user name is.");

  public static final ConfigKey<String> AUTH_CERTIFICATE_REVOKED_FILE =
      KEYS.add(
          "smq.auth.certificate.revoked.file",
          Kind.text(FILE),
          "",
          "Revocation list (CRL, PEM or DER) of the authority that signs clients' certificates;"
              + " read again when it changes.");

  public static final ConfigKey<String> ACL_FILE =
      KEYS.add(
          "smq.acl.file",
          Kind.text(FILE),
          "",
          "Which clients may subscribe to, create and publish to which topics; read again when it"
              + " changes; without it all may. See server-config/acl.example.");

  public static final ConfigKey<List<String>> ORIGIN_ALLOWED =
      KEYS.add(
          "smq.origin.allowed",
          Kind.list(Kind.matching("\\*|https?://[^/]+", "http:// or https:// with host, or *")),
          "",
          "Web sites, beside this cluster's own, whose pages may open WebSockets here.");

  public static final ConfigKey<Boolean> DEVICE_TLS_ENABLED =
      KEYS.add(
          "smq.device.tls.enabled", Kind.bool(), "false", "Whether there is a TLS device port.");

  public static final ConfigKey<Integer> DEVICE_TLS_PORT =
      KEYS.add(
          "smq.device.tls.port",
          Kind.port(),
          "8883",
          "TCP port for clients with the raw transport over TLS.");

  public static final ConfigKey<TlsClientAuth> DEVICE_TLS_CLIENT_AUTH =
      KEYS.add(
          "smq.device.tls.client.auth",
          Kind.choice(TlsClientAuth.class),
          "none",
          "Whether clients of the TLS device port show a certificate of smq.tls.truststore.");

  public static final ConfigKey<String> TLS_KEYSTORE =
      KEYS.add(
          "smq.tls.keystore",
          Kind.text(FILE),
          "",
          "PKCS #12 file with this node's key and certificate chain for the TLS device port; read"
              + " again when it changes.");

  public static final ConfigKey<String> TLS_KEYSTORE_PASSWORD =
      KEYS.add("smq.tls.keystore.password", Kind.text(), "", "Password of smq.tls.keystore.");

  public static final ConfigKey<String> TLS_TRUSTSTORE =
      KEYS.add(
          "smq.tls.truststore",
          Kind.text(FILE),
          "",
          "PKCS #12 file with the authorities that sign clients' certificates; read again when it"
              + " changes.");

  public static final ConfigKey<String> TLS_TRUSTSTORE_PASSWORD =
      KEYS.add("smq.tls.truststore.password", Kind.text(), "", "Password of smq.tls.truststore.");

  public static final ConfigKey<String> CLUSTER_TLS_KEYSTORE =
      KEYS.add(
          "smq.cluster.tls.keystore",
          Kind.text(FILE),
          "",
          "PKCS #12 file with this node's key and certificate chain for other nodes: with it, nodes"
              + " speak TLS and both sides must show a certificate.");

  public static final ConfigKey<String> CLUSTER_TLS_KEYSTORE_PASSWORD =
      KEYS.add(
          "smq.cluster.tls.keystore.password",
          Kind.text(),
          "",
          "Password of smq.cluster.tls.keystore.");

  public static final ConfigKey<String> CLUSTER_TLS_TRUSTSTORE =
      KEYS.add(
          "smq.cluster.tls.truststore",
          Kind.text(FILE),
          "",
          "PKCS #12 file with the authorities that sign nodes' certificates; a node without one of"
              + " theirs is not let in.");

  public static final ConfigKey<String> CLUSTER_TLS_TRUSTSTORE_PASSWORD =
      KEYS.add(
          "smq.cluster.tls.truststore.password",
          Kind.text(),
          "",
          "Password of smq.cluster.tls.truststore.");

  public static final ConfigKey<Integer> LIMIT_CONNECT_RATE =
      KEYS.add(
          "smq.limit.connect.rate",
          Kind.integer(0, 1_000_000),
          "500",
          "Connections of one IP address (of an IPv6 /64) in a second, averaged over ten; 0: no"
              + " limit.");

  public static final ConfigKey<Integer> LIMIT_PUBLISH_RATE =
      KEYS.add(
          "smq.limit.publish.rate",
          Kind.integer(0, 100_000_000),
          "100000",
          "Packets of one client in a second, averaged over two; more is read later, not dropped;"
              + " 0: no limit.");

  public static final ConfigKey<Integer> LIMIT_LOGIN_FAILURES =
      KEYS.add(
          "smq.limit.login.failures",
          Kind.integer(1, 1_000_000),
          "20",
          "Wrong credentials in a minute from one IP address (from an IPv6 /64), and ten times as many"
              + " for one user; further attempts are refused unchecked.");

  public static final ConfigKey<Boolean> LIMIT_LOOPBACK =
      KEYS.add(
          "smq.limit.loopback",
          Kind.bool(),
          "false",
          "Whether the limits of addresses, rates and login failures hold for loopback too.");

  private SecurityKeys() {}
}
