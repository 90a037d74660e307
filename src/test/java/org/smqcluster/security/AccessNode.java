package org.smqcluster.security;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.smqcluster.testing.CertificateScript;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/**
 * One node with everything on: users, certificates, an access list, TLS, limits that hold for
 * loopback. Its authority has certificates for device-7, device-8, which is revoked, and device-9.
 */
final class AccessNode implements AutoCloseable {

  static final int CONNECT_RATE = 20;
  static final int LOGIN_FAILURES = 5;
  static final int PUBLISH_RATE = 100;

  /** Of all users but alice. */
  static final UserKey.Challenge KEY = new UserKey.Challenge("07".repeat(32));

  /** Of the issuer of tokens. */
  static final ECKey KEY_PAIR = TestTokens.ec("first");

  private final Path directory;
  private final List<String> users = new ArrayList<>();
  private final List<String> rules =
      new ArrayList<>(
          List.of(
              "allow user:device-* connect {user}",
              "deny * connect device-*",
              "allow user:reader subscribe /acl/**",
              "allow user:token subscribe /acl/**",
              "allow user:writer publish,create /acl/open",
              "allow user:writer create /acl/closed",
              "allow user:lamp create,publish /m2m/led/device",
              "allow user:lamp subtopic devinfo",
              "allow user:ending subscribe /ending",
              "allow user:fast subscribe,create,publish /fast"));
  private final int tlsPort = FreePorts.next();
  private final NodeProcess process;

  private AccessNode() throws IOException {
    directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "access-");
    certificates("server", "node1");
    certificates("client", "device-7");
    certificates("client", "device-8");
    certificates("client", "device-9");
    certificates("revoke", "device-8");
    for (String user :
        List.of("device", "gone", "writer", "reader", "ending", "fast", "page", "lamp")) {
      users.add(user + ":" + KEY.text());
    }
    users.add(
        "alice:"
            + UserKey.Password.of("correct", new byte[16], UserKey.Password.MIN_ITERATIONS).text());
    Files.write(directory.resolve("users"), users);
    Files.write(directory.resolve("acl"), rules);
    publish(KEY_PAIR);
    process =
        NodeProcess.builder("node1")
            .property("smq.auth", "certificate,users,jwt")
            .properties(TestTokens.properties(directory.resolve("jwks").toString()))
            .property("smq.auth.jwt.topics.claim", "topics")
            .property("smq.auth.users.file", directory.resolve("users").toString())
            .property(
                "smq.auth.certificate.revoked.file", directory.resolve("revoked.crl").toString())
            .property("smq.acl.file", directory.resolve("acl").toString())
            .property("smq.device.tls.enabled", "true")
            .property("smq.device.tls.port", String.valueOf(tlsPort))
            .property("smq.device.tls.client.auth", "want")
            .property("smq.tls.keystore", directory.resolve("node1.p12").toString())
            .property("smq.tls.keystore.password", "changeit")
            .property("smq.tls.truststore", directory.resolve("truststore.p12").toString())
            .property("smq.tls.truststore.password", "changeit")
            .property("smq.session.grace.broken", "20s")
            .property("smq.limit.loopback", "true")
            .property("smq.limit.connect.rate", String.valueOf(CONNECT_RATE))
            .property("smq.limit.login.failures", String.valueOf(LOGIN_FAILURES))
            .property("smq.limit.publish.rate", String.valueOf(PUBLISH_RATE))
            .start()
            .awaitReady();
  }

  static AccessNode start() {
    try {
      return new AccessNode();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  NodeProcess process() {
    return process;
  }

  int tlsPort() {
    return tlsPort;
  }

  /** Where its key, its trust store and its clients' keys are. */
  Path directory() {
    return directory;
  }

  /** Has certificates made, or revoked, by the node's authority. */
  void certificates(String... arguments) {
    CertificateScript.run(directory, arguments);
  }

  /** Has the issuer of tokens publish this key alone. */
  void publish(JWK key) throws IOException {
    Files.writeString(directory.resolve("jwks"), TestTokens.jwks(key));
  }

  void removeUser(String name) throws IOException {
    users.removeIf(line -> line.startsWith(name + ":"));
    Files.write(directory.resolve("users"), users);
  }

  /** Puts a rule into the place of all those that have this text. */
  void replaceRules(String text, String rule) throws IOException {
    rules.removeIf(each -> each.contains(text));
    rules.add(rule);
    Files.write(directory.resolve("acl"), rules);
  }

  /** A connection to the plain device port, up to Init. */
  WireClient plain() throws IOException {
    return WireClient.open(process.devicePort());
  }

  /** A connection to the TLS device port with this certificate, or null for none. */
  WireClient secure(String certificate) throws IOException, GeneralSecurityException {
    return WireClient.openTls(tls(certificate), null, tlsPort);
  }

  /** The TLS context of a client with this certificate, or null for none. */
  SSLContext tls(String certificate) throws IOException, GeneralSecurityException {
    Path trust = directory.resolve("truststore.p12");
    if (certificate == null) {
      return trusting(trust);
    }
    Path own = directory.resolve(certificate + ".p12");
    return context(new TlsIdentity(own, "changeit", trust, "changeit"));
  }

  /** The TLS context of a client with this identity. */
  static SSLContext context(TlsIdentity identity) throws IOException, GeneralSecurityException {
    TlsKeys keys = identity.load().keys();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {keys.own()}, new TrustManager[] {keys.clients()}, null);
    return context;
  }

  private static SSLContext trusting(Path trust) throws IOException, GeneralSecurityException {
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(KeyStore.getInstance(trust.toFile(), "changeit".toCharArray()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  @Override
  public void close() {
    process.close();
  }
}
