package org.smqcluster.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.client.ClientRecorder.failure;
import static org.smqcluster.client.ClientRecorder.value;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.client.ScriptedBroker.Peer;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;

/** How a client gets on when brokers go, refuse it, or are not what they should be. */
@Tag("slow")
class FailoverTest {

  private static final int FIRST_ETID = 0x40000007;
  private static final int SECOND_ETID = 0x40000017;
  private static final int OTHER = 0x40000008;

  private final ScriptedBroker one = new ScriptedBroker();
  private final ScriptedBroker two = new ScriptedBroker();
  private final ClientRecorder events = new ClientRecorder();
  private SmqClient client;

  @AfterEach
  void endAll() {
    one.close();
    two.close();
    if (client != null) {
      client.close();
    }
  }

  private SmqClient.Builder builder(String... urls) {
    return SmqClient.builder(urls)
        .uid("tester")
        .backoff(Duration.ofMillis(20), Duration.ofMillis(50))
        .listener(events);
  }

  private Peer connectToOne(SmqClient.Builder builder) throws Exception {
    client = builder.start();
    Peer peer = one.acceptClient(FIRST_ETID);
    events.expect("connected " + FIRST_ETID);
    return peer;
  }

  private Peer connectToOne() throws Exception {
    return connectToOne(builder(one.url(), two.url()));
  }

  @Test
  void whenTheConnectionIsLostTheNextAddressGetsEverythingAgain() throws Exception {
    Peer first = connectToOne();
    client.subscribe("a", "st", message -> events.note("got " + message.text()));
    client.create("b");
    client.observe(OTHER, count -> events.note("gone " + count));
    first.expect(new Packet.Createsub("st"));
    first.expect(new Packet.Subscribe("a"));
    first.expect(new Packet.Create("b"));
    first.expect(new Packet.Observe(OTHER));
    first.send(new Packet.Createsuback(true, 9, "st"));
    first.send(new Packet.Suback(true, 5, "a"));
    first.send(new Packet.Createack(true, 6, "b"));
    value(client.create("b"));
    first.close();
    events.expect("disconnected CONNECTION_LOST again");
    value(client.createSub("st"));
    CompletionStage<Void> meanwhile = client.publish("b", "kept".getBytes(UTF_8));

    Peer second = two.acceptClient(SECOND_ETID);
    second.expect(new Packet.Create("b"));
    second.expect(new Packet.Createsub("st"));
    second.expect(new Packet.Subscribe("a"));
    assertEquals(SmqClient.State.CONNECTING, client.state());
    second.send(new Packet.Createack(true, 6, "b"));
    second.send(new Packet.Createsuback(true, 9, "st"));
    second.send(new Packet.Suback(true, 5, "a"));
    second.expect(new Packet.Observe(OTHER));
    second.expectPublish(6, SECOND_ETID, 0, "kept");
    events.expect("reconnected " + SECOND_ETID);
    value(meanwhile);
    second.send(Packet.Publish.of(5, OTHER, 9, "after".getBytes(UTF_8)));
    second.send(new Packet.Change(OTHER, 0));
    events.expect("got after");
    events.expect("gone 0");
  }

  @Test
  void idsThatAnotherBrokerGivesAnewAreUsedFromThenOn() throws Exception {
    Peer first = connectToOne();
    CompletionStage<Integer> subscribed =
        client.subscribe("a", message -> events.note("got " + message.text()));
    first.expect(new Packet.Subscribe("a"));
    first.send(new Packet.Suback(true, 5, "a"));
    assertEquals(5, value(subscribed));
    first.close();
    events.expect("disconnected CONNECTION_LOST again");
    Peer second = two.acceptClient(SECOND_ETID);
    second.expect(new Packet.Subscribe("a"));
    second.send(new Packet.Suback(true, 50, "a"));
    events.expect("reconnected " + SECOND_ETID);
    client.publish("a", "x".getBytes(UTF_8));
    second.expectPublish(50, SECOND_ETID, 0, "x");
    second.send(Packet.Publish.of(50, OTHER, 0, "x".getBytes(UTF_8)));
    events.expect("got x");
  }

  @Test
  void aSubscriptionThatIsDeniedAfterwardsEnds() throws Exception {
    Peer first = connectToOne();
    CompletionStage<Integer> subscribed =
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
    first.expect(new Packet.Subscribe("a"));
    first.send(new Packet.Suback(true, 5, "a"));
    value(subscribed);
    first.close();
    events.expect("disconnected CONNECTION_LOST again");
    Peer second = two.acceptClient(SECOND_ETID);
    second.expect(new Packet.Subscribe("a"));
    second.send(new Packet.Suback(false, 0, "a"));
    events.expect("ended DENIED");
    events.expect("reconnected " + SECOND_ETID);
  }

  @Test
  void aQuestionThatWasNotAnsweredIsAskedAgain() throws Exception {
    Peer first = connectToOne();
    CompletionStage<Integer> created = client.create("a");
    first.expect(new Packet.Create("a"));
    first.close();
    Peer second = two.acceptClient(SECOND_ETID);
    second.expect(new Packet.Create("a"));
    second.send(new Packet.Createack(true, 5, "a"));
    assertEquals(5, value(created));
  }

  @Test
  void allAddressesOfANameAreTriedAndAskedForAnewEachRound() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    InetAddress dead = InetAddress.getByName("127.0.0.9");
    InetAddress here = InetAddress.getByName("127.0.0.1");
    client =
        builder("smq://broker.test:" + one.port() + "/smq.lsp")
            .resolver(
                host -> {
                  assertEquals("broker.test", host);
                  if (asked.incrementAndGet() == 1) {
                    throw new UnknownHostException("not yet");
                  }
                  return List.of(dead, here);
                })
            .start();
    one.acceptClient(FIRST_ETID);
    events.expect("failed not yet");
    assertTrue(events.next().startsWith("failed Connection refused"));
    events.expect("connected " + FIRST_ETID);
    assertTrue(client.address().endsWith(" 127.0.0.1"), client.address());
  }

  @Test
  void aBrokerThatIsUnavailableIsPassedOver() throws Exception {
    client = builder(one.url(), two.url()).start();
    refuse(one, ConnackCode.UNAVAILABLE, "draining");
    two.acceptClient(SECOND_ETID);
    events.expect("failed refused: UNAVAILABLE (draining)");
    events.expect("connected " + SECOND_ETID);
  }

  @Test
  void aClientThatIsNotWantedStaysAway() throws Exception {
    client = builder(one.url(), two.url()).start();
    refuse(one, ConnackCode.BAD_CREDENTIALS, "wrong");
    SmqException refused = failure(client.connected());
    assertEquals(Kind.REFUSED, refused.kind());
    assertEquals(ConnackCode.BAD_CREDENTIALS, refused.code());
    assertEquals(SmqClient.State.CLOSED, client.state());
  }

  @Test
  void aPersistentClientTriesAgainWhereItWasRefused() throws Exception {
    client = builder(one.url()).persistent(true).start();
    refuse(one, ConnackCode.ACCESS_DENIED, "not now");
    one.acceptClient(FIRST_ETID);
    events.expect("failed refused: ACCESS_DENIED (not now)");
    events.expect("connected " + FIRST_ETID);
  }

  private static void refuse(ScriptedBroker broker, ConnackCode code, String reason)
      throws Exception {
    Peer peer = broker.accept();
    peer.openTransport();
    peer.sendInit();
    peer.expect(Packet.Connect.class);
    peer.send(new Packet.Connack(code, 0, reason));
    peer.close();
  }

  @Test
  void aClientThatIsSentAwayStaysAway() throws Exception {
    connectToOne().send(new Packet.Disconnect("go away"));
    events.expect("disconnected DISCONNECTED for good");
    CompletionStage<Void> late = client.publish(5, new byte[0]);
    assertEquals(Kind.DISCONNECTED, failure(late).kind());
    assertEquals("disconnected by the broker: go away", failure(late).getMessage());
  }

  @Test
  void aPersistentClientThatIsSentAwayComesBack() throws Exception {
    connectToOne(builder(one.url()).persistent(true)).send(new Packet.Disconnect("go away"));
    one.acceptClient(SECOND_ETID);
    events.expect("disconnected DISCONNECTED again");
    events.expect("reconnected " + SECOND_ETID);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientWhoseUidWasTakenOverNeverComesBack(boolean persistent) throws Exception {
    connectToOne(builder(one.url()).persistent(persistent))
        .send(new Packet.Disconnect("reconnect"));
    events.expect("disconnected TAKEN_OVER for good");
    assertEquals(Kind.TAKEN_OVER, failure(client.create("a")).kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"smq", "ws"})
  void aBrokerThatGivesNoSignOfLifeIsLeft(String scheme) throws Exception {
    Peer first =
        connectToOne(
            builder(one.url(scheme), two.url(scheme))
                .ping(Duration.ofMillis(50), Duration.ofSeconds(2)));
    first.expect(new Packet.Ping());
    first.send(new Packet.Pong());
    first.expect(new Packet.Ping());
    two.acceptClient(SECOND_ETID);
    events.expect("disconnected CONNECTION_LOST again");
    events.expect("reconnected " + SECOND_ETID);
  }

  @Test
  void whatIsNoBrokerIsPassedOver() throws Exception {
    client = builder(one.url(), one.url("ws"), one.url(), two.url()).httpAnswer(false).start();
    Peer plain = one.accept();
    plain.sendText("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    events.expect("failed the broker's address answered HTTP, not SMQ");
    Peer upgrade = one.accept();
    upgrade.sendText("HTTP/1.1 404 Not Found\r\n\r\n");
    events.expect("failed the broker's address answered \"HTTP/1.1 404 Not Found\"");
    Peer mute = one.accept();
    mute.close();
    events.expect("failed closed by the broker");
    two.acceptClient(SECOND_ETID);
    events.expect("connected " + SECOND_ETID);
  }

  @Test
  void anAddressThatDoesNotAnswerIsLeftAfterTheConnectTimeout() throws Exception {
    client = builder(one.url(), two.url()).connectTimeout(Duration.ofSeconds(1)).start();
    Peer silent = one.accept();
    two.acceptClient(SECOND_ETID);
    events.expect("failed Read timed out");
    events.expect("connected " + SECOND_ETID);
    silent.close();
  }

  @Test
  void garbageOnTheConnectionEndsItNotTheClient() throws Exception {
    Peer first = connectToOne();
    first.sendBytes((byte) 0, (byte) 2);
    events.expect("disconnected CONNECTION_LOST again");
    two.acceptClient(SECOND_ETID);
    events.expect("reconnected " + SECOND_ETID);
  }

  @Test
  void withoutAQueueMessagesFailWhileThereIsNoConnection() throws Exception {
    client = builder(one.url()).queueOffline(false).start();
    assertEquals(Kind.OFFLINE, failure(client.publish(5, new byte[0])).kind());
    one.acceptClient(FIRST_ETID);
    events.expect("connected " + FIRST_ETID);
    value(client.publish(5, new byte[0]));
  }

  @Test
  void aClientCanBeClosedWhileItWaitsForItsNextAttempt() throws Exception {
    one.close();
    client = builder(one.url()).backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)).start();
    assertTrue(events.next().startsWith("failed Connection refused"));
    Thread closer = new Thread(client::close);
    closer.start();
    closer.join(1_500);
    assertFalse(closer.isAlive());
    assertEquals(Kind.CLOSED, failure(client.connected()).kind());
  }
}
