package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.SmqClient;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/**
 * Authentication and authorization; each test has users, topics and a loopback address of its own.
 */
@ExtendWith(SharedSecurityNodes.class)
class AccessIT {

  private static final Duration RELOADED = Duration.ofSeconds(20);

  private final AccessNode node;

  AccessIT(AccessNode node) {
    this.node = node;
  }

  // ---- authentication

  @Test
  void aPasswordOrTheAnswerToAChallengeLetsAUserIn() throws Exception {
    try (WireClient alice = node.plain().connect("alice:correct");
        WireClient device = node.plain().connect("device", AccessNode.KEY)) {
      assertAll(() -> assertEquals(0, alice.code()), () -> assertEquals(0, device.code()));
    }
  }

  @Test
  void wrongCredentialsAreRefusedWithConnack3() throws Exception {
    try (WireClient wrong = WireClient.open("127.0.0.21", node.process().devicePort())) {
      assertEquals(3, wrong.connect("alice:guess").code());
      wrong.awaitClosed();
    }
  }

  @Test
  void aTokenLetsItsUserInUntilItsKeyIsWithdrawn() throws Exception {
    String token =
        TestTokens.sign(
            JWSAlgorithm.ES256,
            AccessNode.KEY_PAIR,
            TestTokens.claims("token").claim("topics", List.of("subscribe:/acl/open")));
    int port = node.process().devicePort();
    try (WireClient raw = WireClient.openWithToken(token, port).connect("");
        SmqClient webSocket =
            SmqClient.builder(node.process().webSocket().toString())
                .header("Authorization", "Bearer " + token)
                .start()) {
      webSocket.connected().toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertEquals(0, raw.code());
      assertTrue(raw.subscribe("/acl/open").accepted());
      assertFalse(raw.subscribe("/acl/closed").accepted());
      node.publish(TestTokens.ec("second"));
      assertEquals(new Packet.Disconnect("credentials withdrawn"), raw.next());
      raw.awaitClosed();
    }
    try (WireClient late = WireClient.openWithToken(token, port).connect("")) {
      assertEquals(3, late.code());
    }
  }

  @Test
  void aClientWithoutCredentialsIsRefusedWithConnack4() throws Exception {
    try (WireClient nothing = node.plain().connect("");
        WireClient nothingByTls = node.secure(null).connect("")) {
      assertAll(() -> assertEquals(4, nothing.code()), () -> assertEquals(4, nothingByTls.code()));
    }
  }

  @Test
  void aClientThatMayNotSubscribeMayNotObserveEither() throws Exception {
    try (WireClient reader = node.plain().connect("reader", AccessNode.KEY);
        WireClient writer = node.plain().connect("writer", AccessNode.KEY)) {
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
  void aUidThatBelongsToADeviceIsRefusedToOthersWithConnack6() throws Exception {
    try (WireClient thief = node.plain()) {
      assertEquals(6, thief.connect("device-7", "alice:correct").code());
    }
  }

  @Test
  void aParkedSessionIsForItsUserAlone() throws Exception {
    String uid = "uid-of-a-reader";
    int etid;
    int tid;
    try (WireClient writer = node.plain().connect("writer", AccessNode.KEY)) {
      try (WireClient reader = node.plain().connect(uid, "reader", AccessNode.KEY)) {
        etid = reader.etid();
        tid = reader.subscribe("/acl/open").tid();
      }
      awaitParked(uid, true);
      writer.publish(tid, "for the reader");
      writer.settle();
      try (WireClient again = node.plain().connect(uid, "reader", AccessNode.KEY)) {
        assertEquals(etid, again.etid());
        assertEquals(tid, again.subscribe("/acl/open").tid());
        assertEquals("for the reader", again.nextText());
      }
      awaitParked(uid, true);
      writer.publish(tid, "for the reader alone");
      writer.settle();
      try (WireClient other = node.plain().connect(uid, "fast", AccessNode.KEY)) {
        assertNotEquals(etid, other.etid());
        awaitParked(uid, false);
        other.send(new Packet.Disconnect(""));
        other.awaitClosed();
      }
      try (WireClient late = node.plain().connect(uid, "reader", AccessNode.KEY)) {
        assertNotEquals(etid, late.etid());
        late.subscribe("/acl/open");
        writer.publish(tid, "for all");
        assertEquals("for all", late.nextText());
      }
    }
  }

  private void awaitParked(String uid, boolean parked) {
    String found = "\"total\":" + (parked ? 1 : 0);
    Await.until(
        uid + " to be parked or not",
        RELOADED,
        () -> node.process().get("/api/clients?state=parked&uid=" + uid).contains(found));
  }

  @Test
  void aUserThatIsTakenOutOfTheFileIsToldAndClosed() throws Exception {
    try (WireClient gone = node.plain().connect("gone", AccessNode.KEY);
        WireClient stays = node.plain().connect("device", AccessNode.KEY)) {
      assertEquals(0, gone.code());
      node.removeUser("gone");

      assertEquals(
          "credentials withdrawn", assertInstanceOf(Packet.Disconnect.class, gone.next()).reason());
      gone.awaitClosed();
      stays.settle();
    }
    try (WireClient again = WireClient.open("127.0.0.22", node.process().devicePort())) {
      assertEquals(3, again.connect("gone", AccessNode.KEY).code());
    }
  }

  @Test
  void anAddressThatGuessesIsSoonRefusedUnchecked() throws Exception {
    for (int i = 0; i < AccessNode.LOGIN_FAILURES; i++) {
      try (WireClient guess = WireClient.open("127.0.0.23", node.process().devicePort())) {
        assertEquals(3, guess.connect("nobody" + i + ":guess").code());
      }
    }
    try (WireClient right = WireClient.open("127.0.0.23", node.process().devicePort());
        WireClient elsewhere = WireClient.open("127.0.0.24", node.process().devicePort())) {
      assertEquals(2, right.connect("alice:correct").code());
      assertEquals(0, elsewhere.connect("alice:correct").code());
    }
  }

  // ---- what they may do

  @Test
  void theAccessListDecidesOfSubscribeCreateAndPublish() throws Exception {
    try (WireClient reader = node.plain().connect("reader", AccessNode.KEY);
        WireClient writer = node.plain().connect("writer", AccessNode.KEY)) {
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
  void onlyPublishersToTheTopicOfDevicesAnnounceOne() throws Exception {
    try (WireClient lamp = node.plain().connect("lamp", AccessNode.KEY);
        WireClient writer = node.plain().connect("writer", AccessNode.KEY)) {
      int topic = lamp.create("/m2m/led/device").tid();
      lamp.send(new Packet.Createsub("devinfo"));
      int subtopic = ((Packet.Createsuback) lamp.next()).subtid();

      announce(writer, topic, subtopic, "Denied lamp");
      writer.settle();
      announce(lamp, topic, subtopic, "Allowed lamp");

      Await.until("the device", RELOADED, () -> devices().contains("Allowed lamp"));
      assertFalse(devices().contains("Denied lamp"), devices());
    }
  }

  @Test
  void whereClientsNeedALoginVisitorsDoNotSeeDevices() throws Exception {
    var request =
        node.process().request("/api/led/devices").header("X-Forwarded-For", "203.0.113.7").build();

    assertEquals(
        403,
        HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.discarding())
            .statusCode());
  }

  private String devices() {
    return node.process().get("/api/led/devices");
  }

  private static void announce(WireClient client, int topic, int subtopic, String name)
      throws IOException {
    byte[] json = "{\"devname\":\"%s\"}".formatted(name).getBytes(StandardCharsets.UTF_8);
    client.send(Packet.Publish.of(topic, client.etid(), subtopic, json));
  }

  @Test
  void aRuleThatIsTakenAwayEndsTheSubscription() throws Exception {
    try (WireClient ending = node.plain().connect("ending", AccessNode.KEY)) {
      assertTrue(ending.subscribe("/ending").accepted());
      node.replaceRules("/ending", "allow user:ending publish,create /ending");

      Await.until("the new rules", RELOADED, () -> ending.create("/ending").accepted());
      // rules are in force a moment before all subscriptions are checked
      Await.until(
          "the end of the subscription",
          RELOADED,
          () -> {
            ending.publish(ending.create("/ending").tid(), "without receiver");
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
      while (refusal == null && all.size() < 3 * 10 * AccessNode.CONNECT_RATE) {
        WireClient client = WireClient.open("127.0.0.25", node.process().devicePort());
        all.add(client);
        refusal = client.refusal();
      }
      assertEquals(2, refusal.code().ordinal());
      try (WireClient neighbour = WireClient.open("127.0.0.26", node.process().devicePort())) {
        assertEquals(0, neighbour.connect("device", AccessNode.KEY).code());
      }
    } finally {
      for (WireClient client : all) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatPublishesTooFastIsReadLaterAndLosesNothing() throws Exception {
    int messages = 5 * AccessNode.PUBLISH_RATE;
    try (WireClient fast = node.plain().connect("fast", AccessNode.KEY)) {
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

  // ---- browsers

  @Test
  void aPageOfAnotherSiteMayNotOpenAWebSocket() {
    assertThrows(CompletionException.class, () -> webSocket("http://evil.example"));
  }

  @Test
  void aPageOfThisNodeMay() {
    webSocket("http://127.0.0.1:" + node.process().httpPort()).abort();
  }

  private WebSocket webSocket(String origin) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .header("Origin", origin)
        .buildAsync(node.process().webSocket(), new WebSocket.Listener() {})
        .join();
  }
}
