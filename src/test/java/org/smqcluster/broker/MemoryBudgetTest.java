package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.WireText;

/**
 * What hostile clients make a node keep: every row of the table "What a peer can make a node keep"
 * that is the broker's, against small bounds.
 */
class MemoryBudgetTest {

  private static final int TOTAL = 2_000_000;
  private static final int NAMES = 200_000;
  private static final int CLIENT = 100_000;
  private static final String LONG_NAME = "n".repeat(1000);

  private static final BrokerSettings SETTINGS =
      settings(new BrokerSettings.Memory(TOTAL, NAMES, 50, CLIENT, 256));

  private final BrokerRig rig = BrokerRig.start(SETTINGS);

  private static BrokerSettings settings(BrokerSettings.Memory memory) {
    BrokerSettings base = BrokerSettings.DEFAULT;
    return new BrokerSettings(
        base.limits(),
        base.timeouts(),
        base.outbox(),
        base.observeScope(),
        BrokerSettings.Rates.UNLIMITED,
        memory);
  }

  private long refusals(Refusal refusal) {
    return rig.broker.metrics().refusals(refusal);
  }

  private TestClient from(String address) throws UnknownHostException {
    return new TestClient(rig.broker, InetAddress.getByName(address));
  }

  private static DelayedCluster delayed(Cluster inner, DelayedCluster[] made) {
    made[0] = new DelayedCluster(inner);
    return made[0];
  }

  /** Creates topics with long names until one is refused; how many were created. */
  private static int createUntilRefused(TestClient client, String prefix) {
    for (int i = 0; ; i++) {
      assertTrue(i < 1000, "there is no bound");
      if (client.create(prefix + i + LONG_NAME) == 0) {
        return i;
      }
    }
  }

  // ---- UID and info

  @Test
  void ofALongInfoTheBeginningIsKeptMarkedAndWholeCharactersOnly() {
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.send(Packet.Connect.version1("client-a", new byte[0], "ä".repeat(30_000)));
    client.next(Packet.Connack.class);
    String kept = client.session.info();
    assertEquals("ä".repeat(126) + "…", kept);
    assertTrue(WireText.encode(kept).length <= 256);
  }

  @Test
  void anInfoThatFitsIsKeptAsItIs() {
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.send(Packet.Connect.version1("client-a", new byte[0], "i".repeat(256)));
    assertEquals("i".repeat(256), client.session.info());
  }

  @Test
  void whatAClientSaysAtItsEndIsToldInPart() {
    rig.connected("client-a").send(new Packet.Disconnect("x".repeat(60_000)));
    assertEquals(
        List.of("connected client-a", "disconnected client-a CLIENT_DISCONNECT"), rig.events);
    assertTrue(rig.lastText.length() < 256, "told " + rig.lastText.length());
  }

  // ---- names

  @Test
  void namesTakeSoMuchInAllAndThoseThatExistStayUsable() {
    TestClient client = rig.connected("client-a");
    int created = createUntilRefused(client, "t");
    assertTrue(created > 50, "created " + created);
    assertNull(client.connection.closed());
    assertTrue(rig.broker.memoryUse().nameBytes() <= NAMES);
    assertTrue(client.subscribe("t0" + LONG_NAME) != 0);
    client.send(new Packet.Createsub(LONG_NAME));
    assertFalse(client.next(Packet.Createsuback.class).accepted());
    client.send(new Packet.Subscribe("more" + LONG_NAME));
    assertFalse(client.next(Packet.Suback.class).accepted());
    assertEquals(3, refusals(Refusal.MEMORY_OF_NAMES));
  }

  @Test
  void namesThatOtherNodesCreateTakeTheRoomOfThisNodesClients() {
    for (int i = 0; i < 150; i++) {
      rig.broker.listener().named(NameSpace.SUBTOPIC, i + 1, i + LONG_NAME);
    }
    assertTrue(rig.broker.memoryUse().nameBytes() > NAMES);
    TestClient client = rig.connected("client-a");
    assertEquals(0, client.create("t"));
    assertEquals(1, refusals(Refusal.MEMORY_OF_NAMES));
  }

  @Test
  void theNodeWithTheSmallestHeapBoundsTheNamesOfAll() {
    rig.broker.namesOfSmallestNode(20_000);
    TestClient client = rig.connected("client-a");
    int created = createUntilRefused(client, "t");
    assertTrue(created < 20, "created " + created);
    rig.broker.namesOfSmallestNode(Long.MAX_VALUE);
    assertTrue(createUntilRefused(client, "u") > 50);
    assertTrue(rig.broker.memoryUse().nameBytes() <= NAMES);
  }

  @Test
  void aNameIsChargedOnceHoweverOftenItIsAskedForAndLearnt() {
    TestClient client = rig.connected("client-a");
    int tid = client.create("topic");
    long once = rig.broker.memoryUse().nameBytes();
    client.create("topic");
    client.subscribe("topic");
    rig.broker.listener().named(NameSpace.TOPIC, tid, "topic");
    assertEquals(once, rig.broker.memoryUse().nameBytes());
    rig.broker.listener().nameLost(NameSpace.TOPIC, tid, "topic");
    assertEquals(0, rig.broker.memoryUse().nameBytes());
  }

  @Test
  void aNameThatTheClusterDoesNotSettleIsNotCharged() {
    DelayedCluster[] cluster = new DelayedCluster[1];
    BrokerRig slow = BrokerRig.start(SETTINGS, inner -> delayed(inner, cluster));
    TestClient client = slow.connected("client-a");
    cluster[0].delayed = true;
    client.send(new Packet.Create(LONG_NAME));
    assertTrue(slow.broker.memoryUse().nameBytes() > LONG_NAME.length());
    cluster[0].fail();
    assertEquals(0, slow.broker.memoryUse().nameBytes());
  }

  @Test
  void oneAddressCreatesHalfOfWhatIsThereAndLeavesTheRestToOthers() throws UnknownHostException {
    TestClient greedy = from("10.0.0.1").connected("greedy-a");
    createUntilRefused(greedy, "g");
    assertEquals(1, refusals(Refusal.MEMORY_OF_ADDRESS));
    // another connection of it is no other address, nor is the next of its /64
    assertEquals(0, from("10.0.0.1").connected("greedy-b").create(LONG_NAME + "b"));
    assertTrue(from("10.0.0.2").connected("modest").create(LONG_NAME + "c") != 0);
  }

  @Test
  void theNamesOfAnAddressCountAfterItsClientsHaveGone() throws UnknownHostException {
    TestClient greedy = from("2001:db8::1").connected("greedy-a");
    createUntilRefused(greedy, "g");
    greedy.send(new Packet.Disconnect(""));
    assertEquals(0, from("2001:db8::2").connected("greedy-b").create(LONG_NAME + "b"));
    assertTrue(from("2001:db8:0:1::1").connected("modest").create(LONG_NAME + "c") != 0);
  }

  // ---- connections

  @Test
  void soManyConnectionsAsThereIsMemoryForAndTheirEndMakesRoom() {
    List<TestClient> clients = new ArrayList<>();
    TestClient last = new TestClient(rig.broker, Transport.WEBSOCKET);
    while (last.connection.closed() == null) {
      clients.add(last.connected("client-" + clients.size()));
      last = new TestClient(rig.broker, Transport.WEBSOCKET);
    }
    assertEquals(TOTAL / (10 * 1024), clients.size());
    last.next(Packet.Init.class);
    last.expectRefused(ConnackCode.UNAVAILABLE);
    assertEquals(1, refusals(Refusal.MEMORY));
    clients.get(0).send(new Packet.Disconnect(""));
    new TestClient(rig.broker, Transport.WEBSOCKET).connected("client-x");
  }

  @Test
  void theConnectionsOfOneAddressTakeHalf() throws UnknownHostException {
    int count = 0;
    for (TestClient last = from("10.0.0.1");
        last.connection.closed() == null;
        last = from("10.0.0.1")) {
      last.connected("client-" + count++);
    }
    assertEquals(TOTAL / 2 / 3072, count);
    assertEquals(1, refusals(Refusal.MEMORY_OF_ADDRESS));
    from("10.0.0.2").connected("client-of-another");
  }

  @Test
  void theHeadersOfTheRequestAreChargedWithTheConnection() throws UnknownHostException {
    InetAddress address = InetAddress.getByName("10.0.0.1");
    int bare = charge(with(address, Map.of()));
    int more = charge(with(address, Map.of("x", List.of("y".repeat(8000), "z"))));
    assertTrue(more > bare + 8000, "charged " + (more - bare));
  }

  private static int charge(ConnectionInfo info) {
    return MemoryCost.connection(new RecordingConnection(), info);
  }

  private static ConnectionInfo with(InetAddress address, Map<String, List<String>> headers) {
    return new ConnectionInfo(
        Transport.RAW, address, 40_000, "/smq.lsp", headers, Optional.empty(), List.of(), false);
  }

  @Test
  void theClientsOfOtherNodesTakeTheRoomOfThisNodesClients() {
    DelayedCluster[] cluster = new DelayedCluster[1];
    BrokerRig crowded = BrokerRig.start(SETTINGS, inner -> delayed(inner, cluster));
    cluster[0].keptBytes = TOTAL;
    crowded.broker.tick();
    crowded.open().connect("client-a").expectRefused(ConnackCode.UNAVAILABLE);
    cluster[0].keptBytes = 0;
    crowded.broker.tick();
    crowded.connected("client-a");
  }

  // ---- what one client asks for

  @Test
  void subscriptionsOfAClientTakeSoMuchAndOneThatIsGivenUpMakesRoom() {
    TestClient client = rig.connected("client-a");
    int count = 0;
    int tid = client.subscribe("t0");
    for (int last = tid; last != 0; last = client.subscribe("t" + count)) {
      count++;
      assertTrue(count < 1000, "there is no bound");
    }
    assertEquals((CLIENT - 3072) / 400, count);
    assertEquals(1, refusals(Refusal.MEMORY_OF_CLIENT));
    client.send(new Packet.Unsubscribe(tid));
    assertTrue(client.subscribe("t" + count) != 0);
    assertEquals(0, client.subscribe("t0"));
    assertNull(client.connection.closed());
  }

  @Test
  void aClientThatObservesTooMuchIsToldAndClosed() {
    TestClient client = rig.connected("client-a");
    int count = 0;
    while (client.connection.closed() == null) {
      assertTrue(count < 1000, "there is no bound");
      client.observe(rig.connected("other-" + count++).etid());
    }
    assertEquals((CLIENT - 3072) / 256 + 1, count);
    client.expectClosed(CloseReason.OUT_OF_MEMORY, Refusal.MEMORY_OF_CLIENT.text());
  }

  @Test
  void anObservationThatIsOverOrMadeAgainIsNotCharged() {
    TestClient client = rig.connected("client-a");
    int tid = client.create("topic");
    long alone = rig.broker.memoryUse().bytes();
    TestClient other = rig.connected("client-b");
    long before = rig.broker.memoryUse().bytes();
    client.observe(tid);
    client.observe(tid);
    client.observe(other.etid());
    assertEquals(before + 2 * 256, rig.broker.memoryUse().bytes());
    other.send(new Packet.Disconnect(""));
    client.send(new Packet.Unobserve(tid));
    assertEquals(alone, rig.broker.memoryUse().bytes());
  }

  @Test
  void packetsThatHaveComeInPartAreChargedWhileTheyAre() {
    TestClient client = rig.connected("client-a");
    long before = rig.broker.memoryUse().bytes();
    client.session.partial(60_000);
    client.session.partial(61_000);
    assertEquals(before + 61_000, rig.broker.memoryUse().bytes());
    client.session.partial(0);
    assertEquals(before, rig.broker.memoryUse().bytes());
  }

  @Test
  void halfPacketsOfManyClientsEndThoseForWhichThereIsNoRoom() {
    int closed = 0;
    for (int i = 0; i < 80; i++) {
      TestClient client = rig.connected("client-" + i);
      client.session.partial(60_000);
      if (client.connection.closed() != null) {
        client.expectClosed(CloseReason.OUT_OF_MEMORY, Refusal.MEMORY.text());
        closed++;
      }
    }
    assertTrue(closed > 20, "closed " + closed);
    assertTrue(rig.broker.memoryUse().bytes() <= TOTAL);
  }

  @Test
  void aConnectThatComesInPartIsRefusedWhereThereIsNoRoom() {
    TestClient client = rig.open();
    client.next(Packet.Init.class);
    client.session.partial(CLIENT);
    client.expectRefused(ConnackCode.UNAVAILABLE);
  }

  @Test
  void fragmentsAreChargedUntilTheMessageIsWhole() {
    TestClient client = rig.connected("client-a");
    long before = rig.broker.memoryUse().bytes();
    client.send(new Packet.PubFrag(0, 0, 0, new byte[20_000]));
    assertEquals(before + 40_000, rig.broker.memoryUse().bytes());
    client.send(new Packet.PubFrag(1234, client.etid(), 0, new byte[20_000]));
    assertEquals(before, rig.broker.memoryUse().bytes());
    client.send(new Packet.PubFrag(0, 0, 0, new byte[60_000]));
    client.session.partial(60_000);
    client.expectClosed(CloseReason.OUT_OF_MEMORY, Refusal.MEMORY_OF_CLIENT.text());
  }

  @Test
  void whatWaitsForTheAuthenticatorIsCharged() {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    BrokerRig asking = BrokerRig.start(request -> answer, TopicPolicy.PERMIT_ALL, SETTINGS);
    int refused = 0;
    for (int i = 0; i < 80; i++) {
      TestClient client = asking.open();
      client.next(Packet.Init.class);
      client.send(Packet.Connect.version1("client-" + i, new byte[0], "i".repeat(60_000)));
      refused += client.connection.closed() == null ? 0 : 1;
    }
    assertTrue(refused > 20, "refused " + refused);
    assertTrue(asking.broker.memoryUse().bytes() > TOTAL - 65_000);
    answer.complete(Authentication.ANONYMOUS);
    assertTrue(asking.broker.memoryUse().bytes() < 80 * 4000);
  }

  @Test
  void whatComesBeforeTheConnackIsCharged() {
    CompletableFuture<Authentication> answer = new CompletableFuture<>();
    BrokerRig asking = BrokerRig.start(request -> answer, TopicPolicy.PERMIT_ALL, SETTINGS);
    TestClient client = asking.open();
    client.next(Packet.Init.class);
    client.send(Packet.Connect.version1("client-a", new byte[0], ""));
    client.send(Packet.Publish.of(1, 1, 0, new byte[60_000]));
    assertTrue(asking.broker.memoryUse().bytes() > 60_000);
    client.send(Packet.Publish.of(1, 1, 0, new byte[60_000]));
    client.expectRefused(ConnackCode.UNAVAILABLE);
  }

  @Test
  void aClientWhoseRequestsAreNotSettledIsPausedByTheirBytes() {
    DelayedCluster[] cluster = new DelayedCluster[1];
    BrokerRig slow = BrokerRig.start(BrokerSettings.DEFAULT, inner -> delayed(inner, cluster));
    TestClient client = slow.connected("client-a");
    cluster[0].delayed = true;
    int sent = 0;
    while (!client.connection.paused) {
      assertTrue(sent < 100, "is not paused");
      client.send(new Packet.Create(sent++ + LONG_NAME));
    }
    assertTrue(sent <= ConnectedClient.MAX_UNSETTLED_BYTES / 2000, "sent " + sent);
    long charged = slow.broker.memoryUse().bytes();
    assertTrue(charged > ConnectedClient.MAX_UNSETTLED_BYTES, "charged " + charged);
    cluster[0].settle();
    assertTrue(slow.broker.memoryUse().bytes() < charged - ConnectedClient.MAX_UNSETTLED_BYTES);
    assertFalse(client.connection.paused);
  }

  // ---- and after all that

  @Test
  void nothingIsChargedWhenAllClientsHaveGoneButTheNames() {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestClient client = rig.connected("client-" + i);
      clients.add(client);
      for (int n = 0; n < 30; n++) {
        client.send(new Packet.Subscribe("t" + n));
        client.observe(Ids.candidate("t" + n, 0));
      }
      client.all();
      client.observe(clients.get(0).etid());
      client.session.partial(3000 * i);
      client.send(new Packet.PubFrag(0, 0, 0, new byte[100]));
    }
    for (TestClient client : clients) {
      client.session.partial(0);
      client.session.connectionLost(CloseReason.CONNECTION_LOST, "");
      client.session.partial(50_000);
    }
    assertEquals(rig.broker.memoryUse().nameBytes(), rig.broker.memoryUse().bytes());
  }

  @Test
  void theLogSaysItOnceAMinute() {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(BrokerLog.class.getName());
    logger.addHandler(handler);
    try {
      for (int i = 0; i < 3; i++) {
        rig.open().session.partial(CLIENT);
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertEquals(3, refusals(Refusal.MEMORY_OF_CLIENT));
    assertEquals(1, lines.size());
  }
}
