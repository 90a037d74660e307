package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.MalformedPacketException.Reason;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/** From the connection to Connack: SMQ sections 3.1 to 3.3 and 6. */
class ConnectHandshakeTest {

  private final BrokerRig rig = BrokerRig.start();

  @Test
  void theBrokerSendsInitAtOnceWithTheClientsAddress() {
    Packet.Init init = rig.open().next(Packet.Init.class);
    assertEquals("127.0.0.1", init.address());
    assertNotEquals(init.seed(), rig.open().next(Packet.Init.class).seed());
  }

  @Test
  void anAcceptedClientGetsAnEtidOfItsOwn() {
    TestClient a = rig.connected("client-a");
    TestClient b = rig.connected("client-b");
    assertTrue(Ids.isEtid(a.etid()));
    assertNotEquals(a.etid(), b.etid());
    assertEquals(List.of("connected client-a", "connected client-b"), rig.events);
  }

  @Test
  void aClientIsAddressableBeforeItReadsItsConnack() {
    TestClient sender = rig.connected("sender");
    TestClient fresh = rig.open().connect("receiver");
    sender.publish(fresh.session.etid(), "hello");
    fresh.next(Packet.Connack.class);
    assertEquals("hello", fresh.nextMessage());
  }

  @Test
  void aClientThatBreaksARuleWhileItsConnackIsOnItsWayIsClosed() {
    whileTheConnackIsOnItsWay(
        session -> session.rejected(new MalformedPacketException(Reason.TOO_LONG)),
        CloseReason.TOO_LONG,
        Refusal.PAYLOAD_TOO_LARGE);
  }

  @Test
  void aClientThatTakesTooMuchMemoryWhileItsConnackIsOnItsWayIsClosed() {
    whileTheConnackIsOnItsWay(
        session -> session.reject(Refusal.MEMORY_OF_CLIENT),
        CloseReason.OUT_OF_MEMORY,
        Refusal.MEMORY_OF_CLIENT);
  }

  /** What the transport tells in a thread of its own as soon as the Connack can be written. */
  private void whileTheConnackIsOnItsWay(
      Consumer<SessionLifecycle> told, CloseReason reason, Refusal counted) {
    TestClient client = rig.open();
    Thread transport = new Thread(() -> told.accept(client.session));
    client.connection.onWake =
        () -> {
          client.connection.onWake = () -> {};
          transport.start();
          Await.until(
              "the session to have heard it, or to hold it up",
              Duration.ofSeconds(10),
              () -> transport.getState() == Thread.State.BLOCKED || !transport.isAlive());
        };
    client.connect("client-a");
    Await.until("an answer", Duration.ofSeconds(10), () -> !transport.isAlive());
    assertEquals(client.session.etid(), client.next(Packet.Connack.class).etid());
    assertEquals(reason, client.connection.closed());
    assertEquals(1, rig.broker.metrics().refusals(counted));
  }

  @Test
  void aUidOfFiveBytesIsRefusedWithConnackOne() {
    TestClient client = rig.open().connect("12345");
    client.expectRefused(ConnackCode.UNACCEPTABLE_VERSION);
    assertEquals(List.of("refused BAD_UID"), rig.events);
  }

  @Test
  void aUidIsMeasuredInBytes() {
    // three characters, six bytes
    rig.connected("äöü");
  }

  @Test
  void aUidMayBeAnyBytesAndStaysDistinct() {
    int[] connect = {2, 1, 6, 0xFF, 0xFE, 1, 2, 3, 4, 0};
    TestClient first = rig.open();
    first.next(Packet.Init.class);
    first.sendBytes(connect);
    first.next(Packet.Connack.class);
    connect[3] = 0xFD;
    TestClient second = rig.open();
    second.next(Packet.Init.class);
    second.sendBytes(connect);
    second.next(Packet.Connack.class);
    assertNull(first.connection.closed());
    assertEquals(2, rig.broker.clients().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 255})
  void aVersionOtherThanOneOrTwoIsRefusedWithConnackOne(int version) {
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.sendBytes(2, version, 6, 'a', 'b', 'c', 'd', 'e', 'f', 0);
    client.expectRefused(ConnackCode.UNACCEPTABLE_VERSION);
  }

  @Test
  void aFirstPacketThatIsNoConnectIsRefusedWithConnackOne() {
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.send(new Packet.Subscribe("topic"));
    client.expectRefused(ConnackCode.UNACCEPTABLE_VERSION);
    assertEquals(List.of("refused BAD_CONNECT"), rig.events);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 9})
  void aTruncatedConnectIsRefusedWithConnackOne(int length) {
    int[] whole = {2, 1, 6, 'a', 'b', 'c', 'd', 'e', 'f', 200, 'x'};
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.sendBytes(java.util.Arrays.copyOf(whole, length));
    client.expectRefused(ConnackCode.UNACCEPTABLE_VERSION);
    assertEquals("connections 0, clients 0, topics with subscribers 0", rig.residue());
  }

  @Test
  void lengthsInConnectThatOverrunThePacketAreRefusedWithConnackOne() {
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.sendBytes(2, 1, 6, 'a', 'b', 'c', 'd', 'e', 'f', 200, 'x');
    client.expectRefused(ConnackCode.UNACCEPTABLE_VERSION);
  }

  @Test
  void bytesThatAreNoPacketBeforeConnectAreAnsweredWithConnackOne() {
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.session.rejected(
        new org.smqcluster.protocol.MalformedPacketException(
            org.smqcluster.protocol.MalformedPacketException.Reason.BAD_LENGTH));
    client.expectRefused(ConnackCode.UNACCEPTABLE_VERSION);
  }

  @Test
  void withoutConnectTheClientGetsConnackTwoAfterFourSeconds() {
    TestClient silent = rig.open();
    silent.next(Packet.Init.class);
    rig.pass(Duration.ofMillis(3_750));
    silent.expectNothing();
    rig.pass(Duration.ofMillis(250));
    silent.expectRefused(ConnackCode.UNAVAILABLE);
    assertEquals(CloseReason.HANDSHAKE_TIMEOUT, silent.connection.closed());
    assertEquals(0, rig.broker.connections());
  }

  @Test
  void whatComesAfterARefusalIsIgnored() {
    TestClient client = rig.open().connect("short");
    client.expectRefused(ConnackCode.UNACCEPTABLE_VERSION);
    client.send(Packet.Connect.version1("long enough", new byte[0], ""));
    client.send(new Packet.Ping());
    client.expectNothing();
    assertEquals(0, rig.broker.clients().size());
  }

  @Test
  void theAuthenticatorSeesWhatTheClientSentAndTheSeedOfInit() {
    CompletableFuture<ConnectRequest> seen = new CompletableFuture<>();
    BrokerRig guarded =
        BrokerRig.start(
            request -> {
              seen.complete(request);
              return CompletableFuture.completedStage(Authentication.as("alice"));
            },
            TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open();
    int seed = client.next(Packet.Init.class).seed();
    byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
    client.send(Packet.Connect.version1("client-a", secret, "info"));
    client.next(Packet.Connack.class);
    ConnectRequest request = seen.join();
    assertEquals(seed, request.seed());
    assertEquals("info", request.connect().info());
    assertEquals("secret", new String(request.connect().credentials(), StandardCharsets.UTF_8));
    assertSame(client.session.connectionInfo(), request.connection());
    assertEquals("alice", client.session.user().orElseThrow());
  }

  @Test
  void theAuthenticatorsRefusalReachesTheClientWithItsReason() {
    BrokerRig guarded =
        BrokerRig.start(
            request ->
                CompletableFuture.completedStage(
                    Authentication.refused(ConnackCode.ACCESS_DENIED, "not today")),
            TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open().connect("client-a");
    Packet.Connack connack = client.next(Packet.Connack.class);
    assertEquals(new Packet.Connack(ConnackCode.ACCESS_DENIED, 0, "not today"), connack);
    assertEquals(CloseReason.REFUSED, client.connection.closed());
  }

  @Test
  void anAuthenticatorThatFailsOrThrowsRefusesWithConnackTwo() {
    List<Authenticator> broken =
        List.of(
            request -> CompletableFuture.failedStage(new IllegalStateException("no database")),
            request -> {
              throw new IllegalStateException("a defect");
            },
            request -> {
              throw new NoClassDefFoundError("a class of the application");
            },
            request -> CompletableFuture.completedStage(Authentication.as("x".repeat(1025))));
    for (Authenticator authenticator : broken) {
      BrokerRig guarded = BrokerRig.start(authenticator, TopicPolicy.PERMIT_ALL);
      guarded.open().connect("client-a").expectRefused(ConnackCode.UNAVAILABLE);
    }
  }

  @Test
  void aClusterThatThrowsRefusesWithConnackTwo() {
    BrokerRig broken =
        BrokerRig.start(
            BrokerSettings.DEFAULT,
            inner ->
                new ForwardingCluster(inner) {
                  @Override
                  public CompletionStage<ClientEntry> register(
                      ClientEntry candidate, Optional<String> user) {
                    throw new IllegalStateException("a defect");
                  }
                });
    broken.open().connect("client-a").expectRefused(ConnackCode.UNAVAILABLE);
  }

  @Test
  void aTopicPolicyThatThrowsEndsTheClientAtOnceAndLeavesNothing() {
    TopicPolicy broken =
        new TopicPolicy() {
          @Override
          public TopicPolicy forClient(Client client) {
            throw new IllegalStateException("a defect");
          }
        };
    BrokerRig guarded =
        BrokerRig.start(
            request -> CompletableFuture.completedStage(Authentication.ANONYMOUS), broken);
    TestClient client = guarded.open().connect("client-a");
    assertEquals(CloseReason.INTERNAL_ERROR, client.connection.closed());
    assertEquals(0, guarded.broker.connections());
    assertEquals(0, guarded.broker.clients().size());
  }

  @Test
  void anAuthenticatorThatNeverAnswersKeepsNoConnectionForever() {
    BrokerRig guarded =
        BrokerRig.start(request -> new CompletableFuture<>(), TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open().connect("client-a");
    guarded.pass(Duration.ofSeconds(30));
    client.expectNothing();
    guarded.pass(Duration.ofSeconds(5));
    client.expectRefused(ConnackCode.UNAVAILABLE);
  }

  @Test
  void aClientThatGoesWhileItIsAuthenticatedLeavesNothingBehind() {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    BrokerRig guarded = BrokerRig.start(request -> answer, TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open().connect("client-a");
    client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    answer.complete(Authentication.ANONYMOUS);
    assertEquals("connections 0, clients 0, topics with subscribers 0", guarded.residue());
    assertEquals(List.of(), guarded.events);
    // the UID is free: no client is told of a takeover
    TestClient again = guarded.open().connect("client-a");
    assertEquals(ConnackCode.ACCEPTED, again.next(Packet.Connack.class).code());
  }

  @Test
  void aDrainingNodeRefusesWithConnackTwoAndKeepsItsClients() {
    TestClient old = rig.connected("client-a");
    rig.broker.draining(true);
    TestClient late = rig.open().connect("client-b");
    Packet.Connack connack = late.next(Packet.Connack.class);
    assertEquals(new Packet.Connack(ConnackCode.UNAVAILABLE, 0, "draining"), connack);
    old.send(new Packet.Ping());
    old.next(Packet.Pong.class);
  }

  @Test
  void packetsThatFollowConnectAtOnceAreHandledAfterTheConnackInOrder() {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    BrokerRig guarded = BrokerRig.start(request -> answer, TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open().connect("client-a");
    client.send(new Packet.Subscribe("t"));
    client.send(new Packet.Ping());
    client.expectNothing();
    answer.complete(Authentication.ANONYMOUS);
    client.next(Packet.Connack.class);
    client.next(Packet.Suback.class);
    client.next(Packet.Pong.class);
    assertEquals(List.of("connected client-a", "subscribed client-a t"), guarded.events);
  }

  @Test
  void aHastyClientIsPausedUntilItsConnackAndLosesNothing() {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    BrokerRig guarded = BrokerRig.start(request -> answer, TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open().connect("client-a");
    int packets = ConnectHandshake.MAX_EARLY_PACKETS + 10;
    for (int i = 0; i < packets; i++) {
      client.send(new Packet.Ping());
    }
    assertTrue(client.connection.paused);
    answer.complete(Authentication.ANONYMOUS);
    assertTrue(!client.connection.paused);
    client.next(Packet.Connack.class);
    assertEquals(packets, client.all().size());
  }

  @Test
  void aHastyClientWithLargePacketsIsPausedAtOnce() {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    BrokerRig guarded = BrokerRig.start(request -> answer, TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open().connect("client-a");
    client.send(Packet.Publish.of(5, 6, 0, new byte[ConnectHandshake.MAX_EARLY_BYTES]));
    assertTrue(client.connection.paused);
    answer.complete(Authentication.ANONYMOUS);
    assertFalse(client.connection.paused);
  }

  @Test
  void noMessageComesBeforeTheConnackThatTellsAnInheritedEtid() {
    TestClient peer = rig.connected("peer-1");
    int etid = rig.connected("client-a").etid();
    TestClient again = rig.open();
    again.next(Packet.Init.class);
    again.session.tap(
        (session, fromClient, packet) -> {
          if (!fromClient) {
            again.session.untap();
            peer.publish(etid, "early");
          }
        });
    again.send(Packet.Connect.version1("client-a", new byte[0], "test"));
    assertEquals(etid, again.next(Packet.Connack.class).etid());
    peer.publish(etid, "in time");
    assertEquals("in time", again.nextMessage());
  }

  @Test
  void aDisconnectThatFollowsConnectAtOnceEndsTheClientAfterItWasAnnounced() {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    BrokerRig guarded = BrokerRig.start(request -> answer, TopicPolicy.PERMIT_ALL);
    TestClient client = guarded.open().connect("client-a");
    client.send(new Packet.Disconnect(""));
    client.send(new Packet.Subscribe("t"));
    answer.complete(Authentication.ANONYMOUS);
    assertEquals(
        List.of("connected client-a", "disconnected client-a CLIENT_DISCONNECT"), guarded.events);
    assertEquals("connections 0, clients 0, topics with subscribers 0", guarded.residue());
  }

  @Test
  void aListenerThatThrowsHarmsNoOther() {
    StandaloneCluster cluster = new StandaloneCluster();
    BrokerListener broken =
        new BrokerListener() {
          @Override
          public void connected(Client client) {
            throw new IllegalStateException("a defect of the application");
          }
        };
    NodeBroker broker =
        new NodeBroker(
            "test",
            "node1",
            BrokerSettings.DEFAULT,
            cluster,
            new BrokerHooks(
                BrokerHooks.NONE.authenticator(), TopicPolicy.PERMIT_ALL, List.of(broken)));
    cluster.listener(broker.listener());
    TestClient client = new TestClient(broker, Transport.RAW).connected("client-a");
    client.send(new Packet.Ping());
    client.next(Packet.Pong.class);
  }

  @Test
  void aVersionTwoClientGetsNoPacketLongerThanItCanTake() {
    TestClient small = rig.open();
    small.next(Packet.Init.class);
    small.send(new Packet.Connect(2, 40, "client-a", new byte[0], ""));
    small.next(Packet.Connack.class);
    int tid = small.subscribe("t");
    TestClient sender = rig.connected("sender");
    sender.publish(tid, new byte[40 - 13 + 1]);
    sender.publish(tid, new byte[40 - 13]);
    assertEquals(27, small.next(Packet.Publish.class).payloadLength());
    small.expectNothing();
    assertEquals(1, rig.broker.metrics().droppedCopies(DropReason.TOO_LARGE_FOR_RECEIVER));
  }
}
