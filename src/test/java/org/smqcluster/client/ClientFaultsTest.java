package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.smqcluster.client.ClientRecorder.failure;
import static org.smqcluster.client.ClientRecorder.value;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smqcluster.client.ScriptedBroker.Peer;
import org.smqcluster.client.SmqClient.State;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.Packet;

/** A fault of the application is told at its place and touches nothing else. */
class ClientFaultsTest {

  private static final int ETID = 0x40000007;
  private static final byte[] PAYLOAD = {1};
  private static final MessageHandler IGNORE = message -> {};

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

  private SmqClient.Builder builder() {
    return SmqClient.builder(broker.url())
        .uid("tester")
        .backoff(Duration.ofMillis(20), Duration.ofMillis(50))
        .listener(events);
  }

  private Peer connect() throws Exception {
    client = builder().start();
    Peer peer = broker.acceptClient(ETID);
    events.expect("connected " + ETID);
    return peer;
  }

  static List<String> namesThatNoPacketCanCarry() {
    return List.of(
        "chat/ab\uD83D",
        "\uDE00",
        "\uDCC3\uDCA9", // escapes of two bytes that are UTF-8 together
        "x".repeat(65_528),
        "\u00E9".repeat(40_000));
  }

  @ParameterizedTest
  @MethodSource("namesThatNoPacketCanCarry")
  void aNameThatNoPacketCanCarryIsThrownAtTheCallerAndChangesNothing(String name) throws Exception {
    Peer peer = connect();
    for (Runnable call :
        List.<Runnable>of(
            () -> client.create(name),
            () -> client.createSub(name),
            () -> client.subscribe(name, IGNORE),
            () -> client.subscribe("t", name, IGNORE),
            () -> client.subscribeDirect(name, IGNORE),
            () -> client.messages(name),
            () -> client.messages("t", name),
            () -> client.publish(name, PAYLOAD),
            () -> client.publish("t", name, PAYLOAD),
            () -> client.publish(5, name, PAYLOAD),
            () -> client.request(name, PAYLOAD, Duration.ofSeconds(5)),
            () -> client.request(5, name, PAYLOAD, Duration.ofSeconds(5)))) {
      assertThrows(IllegalArgumentException.class, call::run);
    }
    ordinaryMessagePasses(peer);
    peer.close();
    events.await("disconnected CONNECTION_LOST again", Duration.ofSeconds(5));
    Peer again = broker.acceptClient(ETID);
    again.expect(new Packet.Create("ordinary"));
    again.send(new Packet.Createack(true, 9, "ordinary"));
    again.send(Packet.Publish.of(ETID, 5, 0, PAYLOAD));
    value(client.publish("ordinary", PAYLOAD));
    again.expect(Packet.Publish.class);
  }

  private void ordinaryMessagePasses(Peer peer) throws Exception {
    CompletionStage<Void> published = client.publish("ordinary", PAYLOAD);
    peer.expect(new Packet.Create("ordinary"));
    peer.send(new Packet.Createack(true, 9, "ordinary"));
    peer.expect(Packet.Publish.class);
    value(published);
  }

  @Test
  void theLongestNameAndARawByteAreAskedFor() throws Exception {
    Peer peer = connect();
    for (String name : List.of("x".repeat(65_527), "byte \uDCFF")) {
      CompletionStage<Integer> created = client.create(name);
      peer.expect(new Packet.Create(name));
      peer.send(new Packet.Createack(true, 5, name));
      assertEquals(5, value(created));
    }
  }

  @Test
  void aUidOrAnInfoThatNoConnectCanCarryIsRefusedByTheBuilder() {
    SmqClient.Builder builder = builder();
    for (Runnable call :
        List.<Runnable>of(
            () -> builder.uid("short"),
            () -> builder.uid("half of \uD83D"),
            () -> builder.info("half of \uD83D"),
            () -> builder.info("i".repeat(65_018)))) {
      assertThrows(IllegalArgumentException.class, call::run);
    }
  }

  @Test
  void noHandlerIsRefusedBeforeTheBrokerIsAsked() throws Exception {
    Peer peer = connect();
    assertThrows(NullPointerException.class, () -> client.subscribe("t", null));
    assertThrows(NullPointerException.class, () -> client.subscribeDirect(null));
    assertThrows(NullPointerException.class, () -> client.observe(5, null));
    assertThrows(NullPointerException.class, () -> client.publish((String) null, PAYLOAD));
    ordinaryMessagePasses(peer);
  }

  @Test
  void allThatWaitsFailsWhenTheClientClosesAndWhatComesLaterAtOnce() throws Exception {
    client = builder().start();
    List<CompletionStage<?>> waiting = calls();
    client.close();
    for (CompletionStage<?> stage : waiting) {
      assertEquals(Kind.CLOSED, failure(stage).kind());
    }
    assertEquals(Kind.CLOSED, failure(client.connected()).kind());
    for (CompletionStage<?> stage : calls()) {
      assertEquals(Kind.CLOSED, failure(stage).kind());
    }
  }

  @Test
  void allThatWaitsFailsWithTheBrokersReasonWhenItSendsTheClientAway() throws Exception {
    Peer peer = connect();
    List<CompletionStage<?>> waiting = calls();
    peer.send(new Packet.Disconnect("shutdown"));
    for (CompletionStage<?> stage : waiting) {
      assertEquals("disconnected by the broker: shutdown", failure(stage).getMessage());
    }
  }

  private List<CompletionStage<?>> calls() {
    return List.of(
        client.create("a"),
        client.createSub("b"),
        client.subscribe("c", IGNORE),
        client.subscribe("c", "d", IGNORE),
        client.subscribeDirect("e", IGNORE),
        client.publish("f", PAYLOAD),
        client.request("g", PAYLOAD, Duration.ofMinutes(1)),
        client.request(5, "h", PAYLOAD, Duration.ofMinutes(1)));
  }

  @Test
  void aHandlerThatThrowsAnErrorHurtsNoOther() throws Exception {
    Peer peer = connect();
    client.subscribeDirect(
        message -> {
          throw new AssertionError("of one handler");
        });
    client.subscribeDirect(message -> events.note("other " + message.text()));
    client.observe(
        5,
        count -> {
          throw new StackOverflowError();
        });
    client.observe(5, count -> events.note("count " + count));
    peer.expect(new Packet.Observe(5));
    peer.send(Packet.Publish.of(ETID, 5, 0, "1".getBytes()));
    peer.send(new Packet.Change(5, 2));
    peer.send(Packet.Publish.of(ETID, 5, 0, "2".getBytes()));
    events.expect("other 1");
    events.expect("count 2");
    events.expect("other 2");
  }

  @Test
  void aResolverThatFailsIsAFailedAttempt() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    client =
        builder()
            .resolver(
                host -> {
                  if (calls.getAndIncrement() == 0) {
                    throw new IllegalStateException("not now");
                  }
                  return List.of(InetAddress.getLoopbackAddress());
                })
            .start();
    events.expect("failed not now");
    broker.acceptClient(ETID);
    events.expect("connected " + ETID);
  }

  @Test
  void anErrorOfTheCredentialsEndsTheClientWithTheReason() throws Exception {
    AssertionError fault = new AssertionError("no key");
    client =
        builder()
            .credentials(
                (seed, address) -> {
                  throw fault;
                })
            .start();
    CompletionStage<Integer> created = client.create("t");
    Peer peer = broker.accept();
    peer.openTransport();
    peer.sendInit();
    assertSame(fault, failure(client.connected()).getCause());
    assertSame(fault, failure(created).getCause());
    assertEquals(State.CLOSED, client.state());
    peer.expectEnd();
  }

  @Test
  void aClientThatOnlyReceivesPingsAsOften() throws Exception {
    client = builder().ping(Duration.ofMillis(50), Duration.ofSeconds(5)).start();
    Peer peer = broker.acceptClient(ETID);
    Thread busy =
        new Thread(
            () -> {
              try {
                while (!Thread.interrupted()) {
                  peer.send(new Packet.Change(5, 1));
                  Thread.sleep(5);
                }
              } catch (java.io.IOException | InterruptedException end) {
                // the test is over
              }
            });
    busy.start();
    try {
      peer.expect(new Packet.Ping());
      peer.expect(new Packet.Ping());
    } finally {
      busy.interrupt();
      busy.join();
    }
  }
}
