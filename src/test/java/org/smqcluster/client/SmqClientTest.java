package org.smqcluster.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.client.ClientRecorder.failure;
import static org.smqcluster.client.ClientRecorder.value;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.client.ScriptedBroker.Peer;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.ProtocolLimits;

/** What the client says to a broker, and what it makes of the answers. */
class SmqClientTest {

  private static final int ETID = 0x40000007;
  private static final int OTHER = 0x40000008;

  private final ScriptedBroker broker = new ScriptedBroker();
  private final ClientRecorder events = new ClientRecorder();
  private SmqClient client;

  @AfterEach
  void endAll() {
    broker.close();
    if (client != null) {
      client.close();
    }
  }

  private SmqClient.Builder builder(String scheme) {
    return SmqClient.builder(broker.url(scheme))
        .uid("tester")
        .backoff(Duration.ofMillis(20), Duration.ofMillis(50))
        .listener(events);
  }

  private Peer connect() throws Exception {
    return connect(builder("smq"));
  }

  private Peer connect(SmqClient.Builder builder) throws Exception {
    client = builder.start();
    Peer peer = broker.acceptClient(ETID);
    events.expect("connected " + ETID);
    return peer;
  }

  @Test
  void theRawTransportStartsWithAGetThatHasTheHeaderSimpleMq() throws Exception {
    client = builder("smq").header("Authorization", "Bearer x").start();
    Peer peer = broker.accept();
    assertEquals("GET /smq.lsp HTTP/1.1", peer.request().get(0));
    assertTrue(peer.request().contains("Host: 127.0.0.1:" + broker.port()));
    assertTrue(peer.request().contains("SimpleMQ: 1"));
    assertTrue(peer.request().contains("SendSmqHttpResponse: true"));
    assertTrue(peer.request().contains("Authorization: Bearer x"));
  }

  @Test
  void theRawTransportWorksWithoutAnHttpAnswer() throws Exception {
    Peer peer = connect(builder("smq").httpAnswer(false));
    assertFalse(peer.request().toString().contains("SendSmqHttpResponse"));
    assertEquals(ETID, client.etid());
  }

  @Test
  @SuppressWarnings("deprecation")
  void aListenerByTheNameThatItHadInTheFirstReleaseHearsOfTheConnection() throws Exception {
    ConnectionListener listener =
        new ConnectionListener() {
          @Override
          public void onConnect(SmqClient connected) {
            events.onConnect(connected);
          }
        };
    connect(builder("smq").listener(listener));
  }

  @ParameterizedTest
  @ValueSource(strings = {"smq", "ws"})
  void connectCarriesUidComputedCredentialsAndInfo(String scheme) throws Exception {
    client =
        builder(scheme)
            .credentials((seed, address) -> (address + " " + Integer.toHexString(seed)).getBytes())
            .info("info text")
            .start();
    Peer peer = broker.accept();
    peer.openTransport();
    peer.sendInit();
    Packet.Connect connect = peer.expect(Packet.Connect.class);
    assertEquals(1, connect.version());
    assertEquals("tester", connect.uid());
    assertEquals("127.0.0.1 cafe1234", new String(connect.credentials(), UTF_8));
    assertEquals("info text", connect.info());
    peer.send(new Packet.Connack(ConnackCode.ACCEPTED, ETID, ""));
    assertEquals(ETID, value(client.connected()));
    assertEquals("127.0.0.1", client.clientAddress());
    assertEquals(broker.url(scheme), client.address());
    assertEquals(SmqClient.State.CONNECTED, client.state());
  }

  @Test
  void aClientWithALargestPacketConnectsByVersion2() throws Exception {
    client = builder("smq").maxPacket(512).uid(new byte[] {0, 1, -2, 3, 4, 5}).start();
    Peer peer = broker.accept();
    peer.openTransport();
    peer.sendInit();
    Packet.Connect connect = peer.expect(Packet.Connect.class);
    assertEquals(2, connect.version());
    assertEquals(512, connect.maxSize());
    assertArrayEquals(
        new byte[] {0, 1, -2, 3, 4, 5},
        org.smqcluster.protocol.WireText.encode(connect.uid()),
        "a UID may be raw bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"smq", "ws"})
  void aTopicIsCreatedBeforeItsFirstMessageAndOnlyOnce(String scheme) throws Exception {
    Peer peer = connect(builder(scheme));
    CompletionStage<Void> first = client.publish("a", "st", "1".getBytes(UTF_8));
    client.publish("a", "2".getBytes(UTF_8));
    peer.expect(new Packet.Create("a"));
    peer.expect(new Packet.Createsub("st"));
    peer.send(new Packet.Createack(true, 5, "a"));
    peer.send(new Packet.Createsuback(true, 9, "st"));
    peer.expectPublish(5, ETID, 9, "1");
    peer.expectPublish(5, ETID, 0, "2");
    value(first);
    value(client.publish("a", "st", "3".getBytes(UTF_8)));
    peer.expectPublish(5, ETID, 9, "3");
    assertEquals(5, value(client.create("a")));
    assertEquals(9, value(client.createSub("st")));
    assertEquals(Optional.of("st"), client.subtopicName(9));
  }

  @Test
  void messagesLeaveInTheOrderOfTheCallsEvenWhileATopicIsAskedFor() throws Exception {
    Peer peer = connect();
    client.publish("new", "1".getBytes(UTF_8));
    client.publish(77, "2".getBytes(UTF_8));
    client.publish(77, 3, "3".getBytes(UTF_8));
    peer.expect(new Packet.Create("new"));
    peer.send(new Packet.Createack(true, 5, "new"));
    peer.expectPublish(5, ETID, 0, "1");
    peer.expectPublish(77, ETID, 0, "2");
    peer.expectPublish(77, ETID, 3, "3");
  }

  @Test
  void aDeniedTopicFailsItsMessagesAndHoldsUpNoOthers() throws Exception {
    Peer peer = connect();
    CompletionStage<Void> denied = client.publish("no", "1".getBytes(UTF_8));
    CompletionStage<Void> passed = client.publish(77, "2".getBytes(UTF_8));
    CompletionStage<Integer> created = client.create("no");
    peer.expect(new Packet.Create("no"));
    peer.send(new Packet.Createack(false, 0, "no"));
    peer.expectPublish(77, ETID, 0, "2");
    value(passed);
    assertEquals(Kind.DENIED, failure(denied).kind());
    assertEquals(Kind.DENIED, failure(created).kind());
  }

  @Test
  void theErrorOfADeniedLongNameIsShort() throws Exception {
    String name = "n".repeat(65_527);
    Peer peer = connect();
    CompletionStage<Integer> created = client.create(name);
    peer.expect(new Packet.Create(name));
    peer.send(new Packet.Createack(false, 0, name));
    assertTrue(failure(created).getMessage().length() < 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"smq", "ws"})
  void messagesReachTheHandlersOfTheirTopicAndSubtopicInOrder(String scheme) throws Exception {
    Peer peer = connect(builder(scheme));
    CompletionStage<Integer> general =
        client.subscribe("a", message -> events.note("any " + message.text()));
    peer.expect(new Packet.Subscribe("a"));
    peer.send(new Packet.Suback(true, 5, "a"));
    assertEquals(5, value(general));
    CompletionStage<Integer> special =
        client.subscribe(
            "a", "st", message -> events.note(message.publisher() + " st " + message.text()));
    peer.expect(new Packet.Createsub("st"));
    peer.send(new Packet.Createsuback(true, 9, "st"));
    assertEquals(5, value(special));

    peer.send(Packet.Publish.of(5, OTHER, 0, "1".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(5, OTHER, 9, "2".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(5, OTHER, 10, "3".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(6, OTHER, 0, "not subscribed".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(5, OTHER, 0, new byte[ProtocolLimits.MAX_PAYLOAD]));

    events.expect("any 1");
    events.expect(OTHER + " st 2");
    events.expect("any 3");
    assertEquals(4 + ProtocolLimits.MAX_PAYLOAD, events.next().length());
  }

  @Test
  void unsubscribeSendsTheTidWhenTheLastHandlerIsGone() throws Exception {
    Peer peer = connect();
    MessageHandler first = message -> events.note("first");
    MessageHandler second = message -> events.note("second");
    client.subscribe("a", first);
    client.subscribe("a", second);
    peer.expect(new Packet.Subscribe("a"));
    peer.send(new Packet.Suback(true, 5, "a"));
    peer.send(Packet.Publish.of(5, OTHER, 0, new byte[0]));
    events.expect("first");
    events.expect("second");
    client.unsubscribe("a", first);
    peer.send(Packet.Publish.of(5, OTHER, 0, new byte[0]));
    events.expect("second");
    client.unsubscribe("a");
    peer.expect(new Packet.Unsubscribe(5));
  }

  @Test
  void aSubscriptionThatIsEndedBeforeTheAnswerIsEndedAtTheBrokerToo() throws Exception {
    Peer peer = connect();
    CompletionStage<Integer> subscribed = client.subscribe("a", message -> {});
    client.unsubscribe("a");
    assertEquals(Kind.CLOSED, failure(subscribed).kind());
    peer.expect(new Packet.Subscribe("a"));
    peer.send(new Packet.Suback(true, 5, "a"));
    peer.expect(new Packet.Unsubscribe(5));
  }

  @Test
  void aDeniedSubscriptionFailsItsStage() throws Exception {
    Peer peer = connect();
    CompletionStage<Integer> subscribed = client.subscribe("secret", message -> {});
    peer.expect(new Packet.Subscribe("secret"));
    peer.send(new Packet.Suback(false, 0, "secret"));
    assertEquals(Kind.DENIED, failure(subscribed).kind());
  }

  @Test
  void observersHearTheCountsAndThatAClientIsGone() throws Exception {
    Peer peer = connect();
    client.observe(5, count -> events.note("topic " + count));
    client.observe(OTHER, count -> events.note("client " + count));
    peer.expect(new Packet.Observe(5));
    peer.expect(new Packet.Observe(OTHER));
    peer.send(new Packet.Change(5, 3));
    peer.send(new Packet.Change(5, 0));
    peer.send(new Packet.Change(OTHER, 0));
    events.expect("topic 3");
    events.expect("topic 0");
    events.expect("client 0");
    client.observe(5, count -> events.note("late " + count));
    events.expect("late 0");
    client.unobserve(OTHER);
    client.unobserve(5);
    peer.expect(new Packet.Unobserve(5));
  }

  @Test
  void aRequestIsAnsweredByTheNextMessageOfTheClientItAsked() throws Exception {
    Peer peer = connect();
    client.subscribeDirect(message -> events.note("direct " + message.text()));
    CompletionStage<Message> first =
        client.request(OTHER, "a?".getBytes(UTF_8), Duration.ofSeconds(5));
    CompletionStage<Message> second =
        client.request(OTHER, "b?".getBytes(UTF_8), Duration.ofSeconds(5));
    peer.expectPublish(OTHER, ETID, 0, "a?");
    peer.expectPublish(OTHER, ETID, 0, "b?");
    peer.send(Packet.Publish.of(ETID, OTHER + 1, 0, "somebody else".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(ETID, OTHER, 0, "a!".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(ETID, OTHER, 0, "b!".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(ETID, OTHER, 0, "unasked".getBytes(UTF_8)));
    assertEquals("a!", value(first).text());
    assertEquals("b!", value(second).text());
    events.expect("direct somebody else");
    events.expect("direct unasked");
  }

  @Test
  void aRequestToATopicTakesAnyReplyOnItsSubtopic() throws Exception {
    Peer peer = connect();
    CompletionStage<Message> reply =
        client.request("who", "st", "?".getBytes(UTF_8), Duration.ofSeconds(5));
    peer.expect(new Packet.Create("who"));
    peer.expect(new Packet.Createsub("st"));
    peer.send(new Packet.Createack(true, 5, "who"));
    peer.send(new Packet.Createsuback(true, 9, "st"));
    peer.expectPublish(5, ETID, 9, "?");
    peer.send(Packet.Publish.of(ETID, OTHER, 0, "no reply".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(ETID, OTHER, 9, "me".getBytes(UTF_8)));
    assertEquals("me", value(reply).text());
    client.reply(value(reply), "thanks".getBytes(UTF_8));
    peer.expectPublish(OTHER, ETID, 9, "thanks");
  }

  @Test
  void aRequestWithoutAReplyFailsInTime() throws Exception {
    connect();
    CompletionStage<Message> reply = client.request(OTHER, new byte[0], Duration.ofMillis(30));
    assertEquals(Kind.TIMEOUT, failure(reply).kind());
  }

  @Test
  void aPingIsAnsweredEvenWhileAHandlerBlocks() throws Exception {
    Peer peer = connect();
    var release = new java.util.concurrent.CountDownLatch(1);
    client.subscribeDirect(
        message -> {
          events.note("blocked");
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    peer.send(Packet.Publish.of(ETID, OTHER, 0, new byte[0]));
    events.expect("blocked");
    peer.send(new Packet.Ping());
    peer.expect(new Packet.Pong());
    release.countDown();
  }

  @Test
  void aHandlerThatThrowsHarmsNoOther() throws Exception {
    Peer peer = connect();
    client.subscribeDirect(
        message -> {
          events.note(message.text());
          throw new IllegalStateException("thrown by a test");
        });
    peer.send(Packet.Publish.of(ETID, OTHER, 0, "1".getBytes(UTF_8)));
    peer.send(Packet.Publish.of(ETID, OTHER, 0, "2".getBytes(UTF_8)));
    events.expect("1");
    events.expect("2");
  }

  @Test
  void waitingForAnAnswerInAHandlerIsRefusedRatherThanADeadlock() throws Exception {
    Peer peer = connect();
    client.subscribeDirect(
        message -> {
          try {
            client.create("a").thenApply(tid -> tid).toCompletableFuture().join();
          } catch (IllegalStateException refused) {
            events.note("refused");
          }
        });
    peer.send(Packet.Publish.of(ETID, OTHER, 0, new byte[0]));
    events.expect("refused");
  }

  @Test
  void whatTheWireCannotCarryIsRefusedAtTheCaller() throws Exception {
    connect();
    byte[] tooLong = new byte[ProtocolLimits.MAX_PAYLOAD + 1];
    assertThrows(IllegalArgumentException.class, () -> client.publish(5, tooLong));
    assertThrows(IllegalArgumentException.class, () -> builder("smq").uid("short"));
    assertThrows(IllegalArgumentException.class, () -> builder("smq").uid("x".repeat(256)));
    assertThrows(IllegalArgumentException.class, () -> SmqClient.builder("http://localhost"));
    assertThrows(IllegalArgumentException.class, () -> SmqClient.builder(" , "));
  }

  @Test
  void closeSendsWhatWasPublishedThenDisconnectAndWaitsForTheBroker() throws Exception {
    Peer peer = connect();
    for (int i = 0; i < 1000; i++) {
      client.publish(77, ("" + i).getBytes(UTF_8));
    }
    Thread closer = new Thread(client::close);
    closer.start();
    for (int i = 0; i < 1000; i++) {
      peer.expectPublish(77, ETID, 0, "" + i);
    }
    peer.expect(new Packet.Disconnect(""));
    assertTrue(closer.isAlive(), "close waits for the broker");
    peer.close();
    closer.join(5_000);
    assertFalse(closer.isAlive());
    events.expect("disconnected CLOSED for good");
    assertEquals(Kind.CLOSED, failure(client.publish(77, new byte[0])).kind());
    assertEquals(Kind.CLOSED, failure(client.create("a")).kind());
    assertEquals(SmqClient.State.CLOSED, client.state());
  }

  @Test
  void aHandlerMayCloseItsClient() throws Exception {
    Peer peer = connect();
    client.subscribeDirect(message -> client.close());
    peer.send(Packet.Publish.of(ETID, OTHER, 0, new byte[0]));
    peer.expect(new Packet.Disconnect(""));
    peer.close();
    events.expect("disconnected CLOSED for good");
  }

  @Test
  void closingFailsWhatWaitsAndEndsSubscriptions() throws Exception {
    client = builder("smq").start();
    CompletionStage<Integer> created = client.create("a");
    CompletionStage<Void> published = client.publish("a", new byte[0]);
    CompletionStage<Message> requested = client.request(5, new byte[0], Duration.ofMinutes(1));
    client.subscribe(
        "a",
        new MessageHandler() {
          @Override
          public void onMessage(Message message) {}

          @Override
          public void onEnd(SmqException cause) {
            events.note("ended " + cause.kind());
          }
        });
    client.close();
    client.close();
    assertEquals(Kind.CLOSED, failure(created).kind());
    assertEquals(Kind.CLOSED, failure(published).kind());
    assertEquals(Kind.CLOSED, failure(requested).kind());
    assertEquals(Kind.CLOSED, failure(client.connected()).kind());
    events.expect("ended CLOSED");
  }
}
