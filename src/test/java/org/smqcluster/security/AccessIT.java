package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.CertificateScript;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/**
 * One node with everything on: users, certificates, an access list, TLS, limits that hold for
 * loopback. Each test has users, topics and a loopback address of its own.
 */
class AccessIT {

  private static final Duration RELOADED = Duration.ofSeconds(20);
  private static final int CONNECT_RATE = 20;
  private static final int LOGIN_FAILURES = 5;
  private static final int PUBLISH_RATE = 100;
  private static final UserKey.Challenge KEY = new UserKey.Challenge("07".repeat(32));

  @TempDir private static Path directory;
  private static final List<String> USERS = new ArrayList<>();
  private static final List<String> RULES = new ArrayList<>();
  private static int tlsPort;
  private static NodeProcess node;

  @BeforeAll
  static void start() throws Exception {
    certificates("server", "node1");
    certificates("client", "device-7");
    certificates("client", "device-8");
    certificates("client", "device-9");
    certificates("revoke", "device-8");
    for (String user : List.of("device", "gone", "writer", "reader", "ending", "fast", "page")) {
      USERS.add(user + ":" + KEY.text());
    }
    USERS.add(
        "alice:"
            + UserKey.Password.of("correct", new byte[16], UserKey.Password.MIN_ITERATIONS).text());
    Files.write(directory.resolve("users"), USERS);
    RULES.addAll(
        List.of(
            "allow user:device-* connect {user}",
            "deny * connect device-*",
            "allow user:reader subscribe /acl/**",
            "allow user:writer publish,create /acl/open",
            "allow user:writer create /acl/closed",
            "allow user:ending subscribe /ending",
            "allow user:fast subscribe,create,publish /fast"));
    Files.write(directory.resolve("acl"), RULES);
    tlsPort = FreePorts.next();
    node =
        NodeProcess.builder("node1")
            .property("smq.auth", "certificate,users")
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
            .property("smq.limit.loopback", "true")
            .property("smq.limit.connect.rate", String.valueOf(CONNECT_RATE))
            .property("smq.limit.login.failures", String.valueOf(LOGIN_FAILURES))
            .property("smq.limit.publish.rate", String.valueOf(PUBLISH_RATE))
            .start()
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static void certificates(String... arguments) {
    CertificateScript.run(directory, arguments);
  }

  /** The TLS context of a client with this certificate, or null for none. */
  private static SSLContext tls(String certificate) throws Exception {
    Path trust = directory.resolve("truststore.p12");
    if (certificate == null) {
      return trusting(trust);
    }
    Path own = directory.resolve(certificate + ".p12");
    return new TlsIdentity(own, "changeit", trust, "changeit").load().context();
  }

  private static SSLContext trusting(Path trust) throws Exception {
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(KeyStore.getInstance(trust.toFile(), "changeit".toCharArray()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  private static WireClient plain() throws IOException {
    return WireClient.open(node.devicePort());
  }

  // ---- who may connect

  @Test
  void aPasswordOrTheAnswerToAChallengeLetsAUserIn() throws Exception {
    try (WireClient alice = plain().connect("alice:correct");
        WireClient device = plain().connect("device", KEY)) {
      assertAll(() -> assertEquals(0, alice.code()), () -> assertEquals(0, device.code()));
    }
  }

  @Test
  void wrongCredentialsAreRefusedWithConnack3() throws Exception {
    try (WireClient wrong = WireClient.open("127.0.0.21", node.devicePort())) {
      assertEquals(3, wrong.connect("alice:guess").code());
      wrong.awaitClosed();
    }
  }

  @Test
  void whoShowsNothingIsRefusedWithConnack4() throws Exception {
    try (WireClient nothing = plain().connect("");
        WireClient nothingByTls = WireClient.openTls(tls(null), null, tlsPort).connect("")) {
      assertAll(() -> assertEquals(4, nothing.code()), () -> assertEquals(4, nothingByTls.code()));
    }
  }

  @Test
  void aCertificateLetsTheUserInWhomItNames() throws Exception {
    try (WireClient device = WireClient.openTls(tls("device-7"), null, tlsPort)) {
      assertEquals(0, device.connect("device-7", "").code());
    }
  }

  @Test
  void aRevokedCertificateIsRefusedWithConnack5() throws Exception {
    try (WireClient stolen = WireClient.openTls(tls("device-8"), null, tlsPort).connect("")) {
      assertEquals(5, stolen.code());
      assertTrue(stolen.connack().reason().contains("revoked"), stolen.connack().reason());
    }
  }

  @Test
  void aClientWhoseCertificateIsRevokedIsToldAndClosed() throws Exception {
    try (WireClient stolen = WireClient.openTls(tls("device-9"), null, tlsPort);
        WireClient stays = WireClient.openTls(tls("device-7"), null, tlsPort)) {
      assertEquals(0, stolen.connect("device-9", "").code());
      assertEquals(0, stays.connect("").code());

      certificates("revoke", "device-8", "device-9");

      assertEquals(
          "credentials withdrawn",
          assertInstanceOf(Packet.Disconnect.class, stolen.next()).reason());
      stolen.awaitClosed();
      stays.settle();
    }
  }

  @Test
  void aClientWhoseAuthorityIsTakenOutOfTheTrustStoreIsToldAndClosed() throws Exception {
    Path guests = directory.resolve("guests");
    CertificateScript.run(guests, "client", "guest");
    Path trust = directory.resolve("truststore.p12");
    Path own = Files.copy(trust, directory.resolve("own-truststore.p12"));
    char[] password = "changeit".toCharArray();
    KeyStore both = KeyStore.getInstance(own.toFile(), password);
    both.setCertificateEntry(
        "guests",
        KeyStore.getInstance(guests.resolve("truststore.p12").toFile(), password)
            .getCertificate("ca"));
    Path next = directory.resolve("next-truststore.p12");
    try (OutputStream out = Files.newOutputStream(next)) {
      both.store(out, password);
    }
    SSLContext tls =
        new TlsIdentity(guests.resolve("guest.p12"), "changeit", own, "changeit").load().context();
    Files.move(next, trust, StandardCopyOption.ATOMIC_MOVE);
    Await.until("the guests' authority to be trusted", RELOADED, () -> isLetIn(tls));

    try (WireClient guest = WireClient.openTls(tls, null, tlsPort);
        WireClient stays = WireClient.openTls(tls("device-7"), null, tlsPort)) {
      assertEquals(0, guest.connect("guest-device", "").code());
      assertEquals(0, stays.connect("").code());

      Files.move(own, trust, StandardCopyOption.ATOMIC_MOVE);

      assertEquals(
          "credentials withdrawn",
          assertInstanceOf(Packet.Disconnect.class, guest.next()).reason());
      guest.awaitClosed();
      stays.settle();
    }
  }

  private static boolean isLetIn(SSLContext tls) throws IOException {
    try (WireClient client = WireClient.openTls(tls, null, tlsPort)) {
      return client.connect("").code() == 0;
    }
  }

  @Test
  void whoMayNotSubscribeMayNotObserveEither() throws Exception {
    try (WireClient reader = plain().connect("reader", KEY);
        WireClient writer = plain().connect("writer", KEY)) {
      int tid = reader.subscribe("/acl/open").tid();

      writer.send(new Packet.Observe(tid));
      writer.send(new Packet.Observe(reader.etid()));
      reader.send(new Packet.Observe(tid));

      assertEquals(new Packet.Change(tid, 0), writer.next());
      assertEquals(new Packet.Change(reader.etid(), 0), writer.next());
      assertTrue(assertInstanceOf(Packet.Change.class, reader.next()).subscribers() > 0);
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityDoesNotPassTheHandshake() throws Exception {
    Path other = directory.resolve("other");
    CertificateScript.run(other, "client", "device-7");
    SSLContext forged =
        new TlsIdentity(
                other.resolve("device-7.p12"),
                "changeit",
                directory.resolve("truststore.p12"),
                "changeit")
            .load()
            .context();

    assertThrows(
        IOException.class, () -> WireClient.openTls(forged, null, tlsPort).connect("").code());
  }

  @Test
  void aUidThatBelongsToADeviceIsRefusedToOthersWithConnack6() throws Exception {
    try (WireClient thief = plain()) {
      assertEquals(6, thief.connect("device-7", "alice:correct").code());
    }
  }

  @Test
  void aUserWhoIsTakenOutOfTheFileIsToldAndClosed() throws Exception {
    try (WireClient gone = plain().connect("gone", KEY);
        WireClient stays = plain().connect("device", KEY)) {
      assertEquals(0, gone.code());
      USERS.removeIf(line -> line.startsWith("gone:"));
      Files.write(directory.resolve("users"), USERS);

      assertEquals(
          "credentials withdrawn", assertInstanceOf(Packet.Disconnect.class, gone.next()).reason());
      gone.awaitClosed();
      stays.settle();
    }
    try (WireClient again = WireClient.open("127.0.0.22", node.devicePort())) {
      assertEquals(3, again.connect("gone", KEY).code());
    }
  }

  @Test
  void whoGuessesIsSoonNotListenedToAnyMore() throws Exception {
    for (int i = 0; i < LOGIN_FAILURES; i++) {
      try (WireClient guess = WireClient.open("127.0.0.23", node.devicePort())) {
        assertEquals(3, guess.connect("nobody" + i + ":guess").code());
      }
    }
    try (WireClient right = WireClient.open("127.0.0.23", node.devicePort());
        WireClient elsewhere = WireClient.open("127.0.0.24", node.devicePort())) {
      assertEquals(2, right.connect("alice:correct").code());
      assertEquals(0, elsewhere.connect("alice:correct").code());
    }
  }

  // ---- what they may do

  @Test
  void theAccessListDecidesOfSubscribeCreateAndPublish() throws Exception {
    try (WireClient reader = plain().connect("reader", KEY);
        WireClient writer = plain().connect("writer", KEY)) {
      assertTrue(reader.subscribe("/acl/open").accepted());
      Packet.Suback closed = reader.subscribe("/acl/closed");
      assertFalse(reader.subscribe("/other").accepted());
      assertFalse(reader.create("/acl/open").accepted());
      assertFalse(writer.subscribe("/acl/open").accepted());
      int open = writer.create("/acl/open").tid();

      // knowing the id of a topic is no permission
      writer.publish(closed.tid(), "denied");
      writer.publish(reader.etid(), "denied, too");
      writer.publish(open, "allowed");

      assertEquals("allowed", reader.nextText());
    }
  }

  @Test
  void aRuleThatIsTakenAwayEndsTheSubscription() throws Exception {
    try (WireClient ending = plain().connect("ending", KEY)) {
      assertTrue(ending.subscribe("/ending").accepted());
      RULES.removeIf(rule -> rule.contains("/ending"));
      RULES.add("allow user:ending publish,create /ending");
      Files.write(directory.resolve("acl"), RULES);

      Await.until("the new rules", RELOADED, () -> ending.create("/ending").accepted());
      // rules are in force a moment before all subscriptions are checked
      Await.until(
          "the end of the subscription",
          RELOADED,
          () -> {
            ending.publish(ending.create("/ending").tid(), "to nobody");
            ending.send(new Packet.Ping());
            return ending.next() instanceof Packet.Pong;
          });
    }
  }

  // ---- crowds

  @Test
  void tooManyConnectionsOfAnAddressAreToldToComeLater() throws Exception {
    List<WireClient> all = new ArrayList<>();
    Packet.Connack refusal = null;
    try {
      while (refusal == null && all.size() < 3 * 10 * CONNECT_RATE) {
        WireClient client = WireClient.open("127.0.0.25", node.devicePort());
        all.add(client);
        refusal = client.refusal();
      }
      assertEquals(2, refusal.code().ordinal());
      try (WireClient neighbour = WireClient.open("127.0.0.26", node.devicePort())) {
        assertEquals(0, neighbour.connect("device", KEY).code());
      }
    } finally {
      for (WireClient client : all) {
        client.close();
      }
    }
  }

  @Test
  void whoPublishesTooFastIsReadLaterAndLosesNothing() throws Exception {
    int messages = 5 * PUBLISH_RATE;
    try (WireClient fast = plain().connect("fast", KEY)) {
      int tid = fast.subscribe("/fast").tid();
      long start = System.nanoTime();
      for (int i = 0; i < messages; i++) {
        fast.publish(tid, String.valueOf(i));
      }
      for (int i = 0; i < messages; i++) {
        assertEquals(String.valueOf(i), fast.nextText());
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

      // a burst of two seconds is free
      assertTrue(millis > 2000, "500 messages at 100 a second took " + millis + " ms");
    }
  }

  // ---- transport

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void theTlsPortSpeaksTheVersionsOfTodayAlone(String version) throws Exception {
    try (WireClient client = WireClient.openTls(tls(null), version, tlsPort)) {
      assertEquals(0, client.connect("device", KEY).code());
    }
  }

  @Test
  void withoutTlsTheTlsPortAnswersNothingOfUse() {
    assertThrows(IOException.class, () -> WireClient.open(tlsPort));
  }

  @Test
  void aNewCertificateIsShownWithoutARestart() throws Exception {
    BigInteger before = shownSerial();

    certificates("server", "node1");

    Await.until("the new certificate", RELOADED, () -> !before.equals(shownSerial()));
  }

  private static BigInteger shownSerial() throws Exception {
    try (WireClient client = WireClient.openTls(tls(null), null, tlsPort)) {
      return client.brokerCertificate().getSerialNumber();
    }
  }

  // ---- browsers

  @Test
  void aPageOfAnotherSiteMayNotOpenAWebSocket() {
    assertThrows(CompletionException.class, () -> webSocket("http://evil.example"));
  }

  @Test
  void aPageOfThisNodeMay() {
    webSocket("http://127.0.0.1:" + node.httpPort()).abort();
  }

  private static WebSocket webSocket(String origin) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .header("Origin", origin)
        .buildAsync(node.webSocket(), new WebSocket.Listener() {})
        .join();
  }
}
