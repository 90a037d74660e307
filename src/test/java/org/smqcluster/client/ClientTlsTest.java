package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.client.ClientRecorder.value;

import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both transports over TLS: the certificates that the client trusts, and its own. */
class ClientTlsTest {

  private static final int ETID = 0x40000007;
  private static final char[] PASSWORD = TestCertificates.PASSWORD;

  @TempDir static Path directory;
  private static KeyStore serverStore;
  private static KeyStore clientStore;

  private ScriptedBroker broker;
  private final ClientRecorder events = new ClientRecorder();
  private SmqClient client;

  @BeforeAll
  static void makeCertificates() throws Exception {
    serverStore = TestCertificates.selfSigned(directory, "CN=broker", "dns:broker.test");
    clientStore = TestCertificates.selfSigned(directory, "CN=device 7", "dns:device.test");
  }

  /** Shows the certificate of one store and trusts that of the other. */
  private static SSLContext context(KeyStore own, KeyStore trusted) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    KeyStore trustStore = KeyStore.getInstance("PKCS12");
    trustStore.load(null, null);
    trustStore.setCertificateEntry("peer", trusted.getCertificate("own"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trustStore);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  @BeforeEach
  void startBroker() throws Exception {
    broker = new ScriptedBroker(context(serverStore, clientStore).getServerSocketFactory());
    ((SSLServerSocket) broker.socket()).setNeedClientAuth(true);
  }

  @AfterEach
  void endAll() {
    broker.close();
    if (client != null) {
      client.close();
    }
  }

  /**
   * The name resolves to a dead address first, so that the right name must be checked at an
   * address.
   */
  private SmqClient.Builder builder(String scheme, String host) throws Exception {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    return SmqClient.builder(scheme + "://" + host + ":" + broker.port() + "/smq.lsp")
        .resolver(name -> List.of(InetAddress.getByName("127.0.0.9"), here))
        .sslContext(context(clientStore, serverStore))
        .backoff(Duration.ofSeconds(60), Duration.ofSeconds(60))
        .listener(events);
  }

  @ParameterizedTest
  @ValueSource(strings = {"smqs", "wss"})
  void theBrokerIsKnownByItsNameAndTheClientByItsCertificate(String scheme) throws Exception {
    client = builder(scheme, "broker.test").start();
    broker.acceptClient(ETID);
    assertEquals(ETID, value(client.connected()));
  }

  @Test
  void aCertificateForAnotherNameIsNotBelieved() throws Exception {
    client = builder("smqs", "other.test").start();
    CompletableFuture.runAsync(this::acceptAndFail);
    assertTrue(events.next().contains("Connection refused"));
    String failure = events.next();
    assertTrue(failure.contains("No subject alternative DNS name matching other.test"), failure);
  }

  @Test
  void aCertificateForAnotherNameIsBelievedWhenNamesAreNotVerified() throws Exception {
    client = builder("smqs", "other.test").verifyHost(false).start();
    broker.acceptClient(ETID);
    assertEquals(ETID, value(client.connected()));
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsNotBelieved() throws Exception {
    client = builder("smqs", "broker.test").sslContext(SSLContext.getDefault()).start();
    CompletableFuture.runAsync(this::acceptAndFail);
    assertTrue(events.next().contains("Connection refused"));
    String failure = events.next();
    assertTrue(failure.contains("unable to find valid certification path"), failure);
  }

  private void acceptAndFail() {
    try {
      broker.accept();
    } catch (java.io.IOException refusedByTheClient) {
      // what the test is about
    }
  }
}
