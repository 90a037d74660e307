package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.BrokerMetrics.Move;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/**
 * A client that its node lets go, or whose connection breaks, and what it finds on the node that it
 * comes to.
 */
class ParkingTest {

  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Duration BROKEN = Duration.ofSeconds(20);

  private static final int MIB = 1024 * 1024;

  private static ParkedNodes nodes;
  private static int clients;

  private final String uid = "moving-" + ++clients;
  private final String topic = "/parked/" + clients;

  @BeforeAll
  static void startThreeNodes() throws IOException {
    nodes = new ParkedNodes(3, GRACE, BROKEN);
  }

  @AfterAll
  static void endThem() {
    nodes.close();
  }

  private TestClient publisher(int node) {
    return nodes.connect(node, "publisher-" + node + "-" + clients);
  }

  private static int create(TestClient client, String topic) {
    client.send(new Packet.Create(topic));
    return ParkedNodes.await(client, Packet.Createack.class).tid();
  }

  @Test
  void whatIsPublishedMeanwhileFollowsTheSubackInOrder() {
    TestClient old = nodes.connect(1, uid);
    int first = ParkedNodes.subscribe(old, topic + "/1");
    int second = ParkedNodes.subscribe(old, topic + "/2");
    TestClient publisher = publisher(3);
    create(publisher, topic + "/1");
    int etid = old.etid();
    publisher.publish(first, "before");
    assertEquals("before", ParkedNodes.message(old));

    ParkedNodes.letGo(old);
    publisher.publish(first, "a");
    publisher.publish(second, "b");
    publisher.publish(etid, "to the client");
    publisher.publish(first, "c");
    TestClient back = nodes.connect(2, uid);
    assertEquals(etid, back.etid());
    assertEquals("to the client", ParkedNodes.message(back));
    back.expectNothing();
    publisher.publish(first, "d");

    back.send(new Packet.Subscribe(topic + "/1"));
    assertEquals(first, ParkedNodes.await(back, Packet.Suback.class).tid());
    publisher.publish(first, "e");
    for (String expected : new String[] {"a", "c", "d", "e"}) {
      assertEquals(expected, ParkedNodes.message(back));
    }
    back.send(new Packet.Create(topic + "/2"));
    ParkedNodes.await(back, Packet.Createack.class);
    assertEquals(second, ParkedNodes.subscribe(back, topic + "/2"));
    assertEquals("b", ParkedNodes.message(back));
    back.expectNothing();
    Await.until(
        "the old node to be free", ParkedNodes.PATIENCE, () -> nodes.broker(1).parked() == 0);
  }

  /** As a client does that asks for the id of a sub-topic when it has the answer before. */
  @Test
  void messagesOfSubtopicsWaitUntilTheClientHasAskedForTheirIds() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    int subtid = createSubtopic(old, "sub");
    TestClient publisher = publisher(3);
    ParkedNodes.letGo(old);
    for (int id : new int[] {old.etid(), tid}) {
      publisher.send(Packet.Publish.of(id, publisher.etid(), subtid, new byte[] {'m'}));
    }
    TestClient back = nodes.connect(2, uid);
    ParkedNodes.await(back, Packet.Ping.class);
    back.send(new Packet.Subscribe(topic));
    back.send(new Packet.Pong());
    ParkedNodes.await(back, Packet.Suback.class);
    ParkedNodes.await(back, Packet.Ping.class);
    assertEquals("m", ParkedNodes.message(back));
    back.expectNothing();
    assertEquals(subtid, createSubtopic(back, "sub"));
    back.send(new Packet.Pong());
    assertEquals("m", ParkedNodes.message(back));
    Await.until("all to be free", ParkedNodes.PATIENCE, () -> nodes.broker(2).parked() == 0);
  }

  @Test
  void aClientThatAnswersNoPingGetsThemLater() {
    TestClient old = nodes.connect(1, uid);
    int subtid = createSubtopic(old, "sub");
    TestClient publisher = publisher(3);
    ParkedNodes.letGo(old);
    publisher.send(Packet.Publish.of(old.etid(), publisher.etid(), subtid, new byte[] {'m'}));
    TestClient back = nodes.connect(2, uid);
    ParkedNodes.await(back, Packet.Ping.class);
    assertEquals("m", ParkedNodes.message(back));
  }

  private static int createSubtopic(TestClient client, String subtopic) {
    client.send(new Packet.Createsub(subtopic));
    return ParkedNodes.await(client, Packet.Createsuback.class).subtid();
  }

  @Test
  void whatTheOldConnectionDidNotWriteComesFirst() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(1);
    publisher.publish(tid, "unwritten");
    ParkedNodes.letGo(old);
    publisher.publish(tid, "later");
    TestClient back = nodes.connect(3, uid);
    ParkedNodes.subscribe(back, topic);
    assertEquals("unwritten", ParkedNodes.message(back));
    assertEquals("later", ParkedNodes.message(back));
  }

  @Test
  void forOthersItIsGone() {
    TestClient observer = publisher(2);
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    observer.observe(old.etid());
    observer.observe(tid);
    assertEquals(new Packet.Change(tid, 1), ParkedNodes.await(observer, Packet.Change.class));

    ParkedNodes.letGo(old);
    assertEquals(
        new Packet.Change(old.etid(), 0), ParkedNodes.await(observer, Packet.Change.class));
    assertEquals(new Packet.Change(tid, 0), ParkedNodes.await(observer, Packet.Change.class));
    observer.observe(old.etid());
    assertEquals(
        new Packet.Change(old.etid(), 0), ParkedNodes.await(observer, Packet.Change.class));
    TestClient back = nodes.connect(3, uid);
    observer.expectNothing();
    ParkedNodes.subscribe(back, topic);
    assertEquals(new Packet.Change(tid, 1), ParkedNodes.await(observer, Packet.Change.class));
    observer.expectNothing();
  }

  @Test
  void anotherUserGetsNothingOfIt() {
    TestClient old = nodes.connect(1, uid, "anna");
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(3);
    ParkedNodes.letGo(old);
    publisher.publish(tid, "for anna");
    publisher.publish(old.etid(), "for anna alone");
    TestClient other = nodes.connect(2, uid, "otto");
    assertNotEquals(old.etid(), other.etid());
    ParkedNodes.subscribe(other, topic);
    publisher.publish(tid, "for all");
    assertEquals("for all", ParkedNodes.message(other));
    Await.until("nothing to be parked", ParkedNodes.PATIENCE, () -> nodes.broker(1).parked() == 0);
  }

  @Test
  void theAccessListOfNowDecides() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, "/secret/" + topic);
    TestClient publisher = publisher(3);
    ParkedNodes.letGo(old);
    publisher.publish(tid, "secret");
    ParkedNodes.forbidden = true;
    try {
      TestClient back = nodes.connect(2, uid);
      back.send(new Packet.Subscribe("/secret/" + topic));
      assertEquals(false, ParkedNodes.await(back, Packet.Suback.class).accepted());
      back.expectNothing();
    } finally {
      ParkedNodes.forbidden = false;
    }
  }

  @Test
  void theClientMayMoveAgainBeforeItHasEverything() {
    TestClient first = nodes.connect(1, uid);
    int one = ParkedNodes.subscribe(first, topic + "/1");
    int two = ParkedNodes.subscribe(first, topic + "/2");
    TestClient publisher = publisher(1);
    ParkedNodes.letGo(first);
    publisher.publish(one, "1a");
    publisher.publish(two, "2a");
    TestClient second = nodes.connect(2, uid);
    ParkedNodes.subscribe(second, topic + "/1");
    assertEquals("1a", ParkedNodes.message(second));
    publisher.publish(one, "1b");
    publisher.publish(two, "2b");
    assertEquals("1b", ParkedNodes.message(second));
    ParkedNodes.letGo(second);
    publisher.publish(one, "1c");
    publisher.publish(two, "2c");

    TestClient third = nodes.connect(3, uid);
    assertEquals(first.etid(), third.etid());
    ParkedNodes.subscribe(third, topic + "/2");
    for (String expected : new String[] {"2a", "2b", "2c"}) {
      assertEquals(expected, ParkedNodes.message(third));
    }
    ParkedNodes.subscribe(third, topic + "/1");
    assertEquals("1c", ParkedNodes.message(third));
    third.expectNothing();
  }

  @Test
  void aMoveWaitsForPublishesUnderWay() throws Exception {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(3);
    create(publisher, topic);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    nodes
        .broker(3)
        .tapTopic(
            topic,
            message -> {
              begun.countDown();
              Await.until("to go on", ParkedNodes.PATIENCE, () -> goOn.getCount() == 0);
            });
    Thread publishing = new Thread(() -> publisher.publish(tid, "under way"));
    publishing.start();
    assertTrue(begun.await(5, TimeUnit.SECONDS));
    ParkedNodes.letGo(old);
    TestClient back = new TestClient(nodes.broker(2), Transport.RAW).connect(uid);
    Await.until(
        "the client to be registered",
        ParkedNodes.PATIENCE,
        () -> nodes.broker(3).isConnected(old.etid()));
    // a move takes a few milliseconds
    publishing.join(300);
    back.expectNothing();
    goOn.countDown();
    assertEquals(old.etid(), ParkedNodes.await(back, Packet.Connack.class).etid());
    ParkedNodes.subscribe(back, topic);
    assertEquals("under way", ParkedNodes.message(back));
    publishing.join();
    back.expectNothing();
  }

  @Test
  void aClientThatGoesOnToAThirdNodeBeforeItsConnackMissesNothing() throws Exception {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(3);
    create(publisher, topic);
    CountDownLatch goOn = new CountDownLatch(1);
    ParkedNodes.letGo(old);
    publisher.publish(tid, "held");
    nodes
        .broker(3)
        .tapTopic(
            topic,
            message -> Await.until("to go on", ParkedNodes.PATIENCE, () -> goOn.getCount() == 0));
    Thread publishing = new Thread(() -> publisher.publish(tid, "under way"));
    publishing.start();
    TestClient second = new TestClient(nodes.broker(2), Transport.RAW).connect(uid);
    Await.until(
        "the client to be registered",
        ParkedNodes.PATIENCE,
        () -> nodes.broker(1).isConnected(old.etid()));
    second.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    TestClient third = new TestClient(nodes.broker(1), Transport.RAW).connect(uid);
    publishing.join(300);
    third.expectNothing();
    goOn.countDown();
    assertEquals(old.etid(), ParkedNodes.await(third, Packet.Connack.class).etid());
    ParkedNodes.subscribe(third, topic);
    assertEquals("held", ParkedNodes.message(third));
    assertEquals("under way", ParkedNodes.message(third));
    publishing.join();
    third.expectNothing();
  }

  @Test
  void aClientThatGoesBeforeItsConnackIsParkedWhereItCameTo() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(3);
    ParkedNodes.letGo(old);
    publisher.publish(tid, "held");
    TestClient broken = new TestClient(nodes.broker(2), Transport.RAW).connect(uid);
    broken.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    Await.until(
        "node 2 to park it",
        ParkedNodes.PATIENCE,
        () -> nodes.broker(1).parked() == 0 && nodes.broker(2).parked() == 1);
    publisher.publish(tid, "later");
    TestClient back = nodes.connect(3, uid);
    assertEquals(old.etid(), back.etid());
    ParkedNodes.subscribe(back, topic);
    assertEquals("held", ParkedNodes.message(back));
    assertEquals("later", ParkedNodes.message(back));
    back.expectNothing();
  }

  @Test
  void whatItPublishesUntilItClosesItsSideCounts() {
    TestClient receiver = nodes.connect(3, uid + "-receiver");
    int tid = ParkedNodes.subscribe(receiver, topic);
    TestClient old = nodes.connect(1, uid);
    create(old, topic);
    old.session.letGo();
    Await.until(
        "the connection to end", ParkedNodes.PATIENCE, () -> old.connection.closed() != null);
    old.publish(tid, "late");
    TestClient back = new TestClient(nodes.broker(2), Transport.RAW).connect(uid);
    old.publish(tid, "last");
    old.session.flushed();
    ParkedNodes.await(back, Packet.Connack.class);
    back.publish(tid, "first");
    for (String expected : new String[] {"late", "last", "first"}) {
      assertEquals(expected, ParkedNodes.message(receiver));
    }
  }

  @Test
  void itMayComeBackToTheSameNode() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(2);
    ParkedNodes.letGo(old);
    publisher.publish(tid, "held");
    TestClient back = nodes.connect(1, uid);
    assertEquals(old.etid(), back.etid());
    ParkedNodes.subscribe(back, topic);
    assertEquals("held", ParkedNodes.message(back));
    publisher.publish(tid, "more");
    assertEquals("more", ParkedNodes.message(back));
  }

  @Test
  void afterTheGracePeriodItIsForgotten() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(3);
    long expired = nodes.broker(1).metrics().sessions(Move.EXPIRED);
    ParkedNodes.letGo(old);
    publisher.publish(tid, "lost");
    nodes.pass(GRACE);
    Await.until(
        "the session to expire",
        ParkedNodes.PATIENCE,
        () -> nodes.broker(1).metrics().sessions(Move.EXPIRED) > expired);
    Await.until("nothing to be parked", ParkedNodes.PATIENCE, () -> nodes.broker(1).parked() == 0);
    TestClient back = nodes.connect(2, uid);
    assertNotEquals(old.etid(), back.etid());
    ParkedNodes.subscribe(back, topic);
    publisher.publish(tid, "new");
    assertEquals("new", ParkedNodes.message(back));
  }

  @Test
  void whatIsNotSubscribedAgainIsForgotten() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(3);
    ParkedNodes.letGo(old);
    publisher.publish(tid, "held");
    TestClient back = nodes.connect(2, uid);
    nodes.pass(GRACE);
    Await.until(
        "node 2 to hold nothing", ParkedNodes.PATIENCE, () -> nodes.broker(2).parkedBytes() == 0);
    ParkedNodes.subscribe(back, topic);
    publisher.publish(tid, "new");
    assertEquals("new", ParkedNodes.message(back));
  }

  @Test
  void whatIsHeldIsBounded() {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(1);
    ParkedNodes.letGo(old);
    long dropped = nodes.broker(1).metrics().counted(Counter.HELD_DROPPED);
    int fit = ParkedNodes.OUTBOX / 60_000;
    for (int i = 0; i < fit + 10; i++) {
      publisher.publish(tid, new byte[60_000]);
    }
    assertEquals(dropped + 10, nodes.broker(1).metrics().counted(Counter.HELD_DROPPED));
    nodes.connect(2, uid);
  }

  private static void breakConnection(TestClient client, CloseReason reason) {
    client.session.connectionLost(reason, "");
    client.session.flushed();
  }

  @ParameterizedTest
  @EnumSource(
      value = CloseReason.class,
      names = {"CONNECTION_LOST", "IDLE"})
  void aClientWhoseConnectionBreaksMissesNothing(CloseReason reason) {
    TestClient observer = publisher(3);
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    observer.observe(tid);
    assertEquals(new Packet.Change(tid, 1), ParkedNodes.await(observer, Packet.Change.class));
    TestClient publisher = nodes.connect(1, uid + "-publisher");
    publisher.publish(tid, "unwritten");
    breakConnection(old, reason);
    assertEquals(new Packet.Change(tid, 0), ParkedNodes.await(observer, Packet.Change.class));
    publisher.publish(tid, "meanwhile");
    publisher.publish(old.etid(), "to the client");

    TestClient back = nodes.connect(2, uid);
    assertEquals(old.etid(), back.etid());
    assertEquals("to the client", ParkedNodes.message(back));
    publisher.publish(tid, "later");
    ParkedNodes.subscribe(back, topic);
    for (String expected : new String[] {"unwritten", "meanwhile", "later"}) {
      assertEquals(expected, ParkedNodes.message(back));
    }
    back.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void soDoesOneThatIsBackBeforeItsNodeKnows(int node) {
    TestClient old = nodes.connect(1, uid);
    int tid = ParkedNodes.subscribe(old, topic);
    TestClient publisher = publisher(1);
    publisher.publish(tid, "unwritten");
    TestClient back = new TestClient(nodes.broker(node), Transport.RAW).connect(uid);
    Await.until(
        "the connection to end", ParkedNodes.PATIENCE, () -> old.connection.closed() != null);
    assertEquals(CloseReason.TAKEN_OVER, old.connection.closed());
    publisher.publish(tid, "meanwhile");
    old.session.flushed();
    assertEquals(old.etid(), ParkedNodes.await(back, Packet.Connack.class).etid());
    ParkedNodes.subscribe(back, topic);
    assertEquals("unwritten", ParkedNodes.message(back));
    assertEquals("meanwhile", ParkedNodes.message(back));
    back.expectNothing();
  }

  @ParameterizedTest
  @EnumSource(
      value = CloseReason.class,
      names = {"CLIENT_DISCONNECT", "ADMINISTRATIVE", "REVOKED", "PROTOCOL_ERROR", "SLOW_CONSUMER"})
  void aConnectionThatIsEndedOnPurposeIsNotParked(CloseReason reason) {
    TestClient old = nodes.connect(1, uid);
    ParkedNodes.subscribe(old, topic);
    long parked = nodes.broker(1).metrics().sessions(Move.BROKEN);
    old.session.disconnect(reason);
    old.session.flushed();
    assertEquals(parked, nodes.broker(1).metrics().sessions(Move.BROKEN));
    Await.until(
        "all nodes to know",
        ParkedNodes.PATIENCE,
        () -> nodes.brokers().stream().noneMatch(broker -> broker.isConnected(old.etid())));
    assertNotEquals(old.etid(), nodes.connect(2, uid).etid());
  }

  @Test
  void aClientThatDoesNotComeBackAfterABreakIsForgotten() {
    TestClient old = nodes.connect(1, uid);
    ParkedNodes.subscribe(old, topic);
    long left = nodes.broker(1).metrics().sessions(Move.LEFT);
    breakConnection(old, CloseReason.CONNECTION_LOST);
    nodes.pass(BROKEN);
    Await.until(
        "the session to end",
        ParkedNodes.PATIENCE,
        () -> nodes.broker(1).metrics().sessions(Move.LEFT) > left);
    Await.until(
        "node 2 to know",
        ParkedNodes.PATIENCE,
        () -> nodes.cluster(2).clients().stream().noneMatch(each -> each.uid().equals(uid)));
    assertNotEquals(old.etid(), nodes.connect(2, uid).etid());
  }

  @Test
  void aNodeHoldsABoundedNumberOfBrokenSessions() throws Exception {
    int most = 5_000;
    try (ParkedNodes single = new ParkedNodes(1, GRACE, BROKEN, most, 128 * MIB)) {
      NodeBroker broker = single.broker(1);
      List<TestClient> lost = new ArrayList<>();
      for (int i = 0; i < most; i++) {
        lost.add(new TestClient(broker, Transport.RAW).connect(uid + i));
        if (i % 100 == 0) {
          ParkedNodes.await(lost.get(i), Packet.Connack.class);
        }
      }
      int tid = ParkedNodes.subscribe(lost.get(0), topic);
      for (TestClient client : lost) {
        Await.until("a Connack", ParkedNodes.PATIENCE, () -> client.etid() != 0);
        client.send(new Packet.Subscribe(topic));
        breakConnection(client, CloseReason.CONNECTION_LOST);
      }
      breakConnection(single.connect(1, uid + "-one-more"), CloseReason.CONNECTION_LOST);
      assertEquals(most, broker.parked());
      assertEquals(1, broker.metrics().sessions(Move.REFUSED));
      assertEquals(0, broker.parkedForOthers(), "no node that stops waits for them");

      TestClient publisher = single.connect(1, uid + "-publisher");
      for (int i = 0; i < 100; i++) {
        publisher.publish(tid, new byte[8 * 1024]);
      }
      assertTrue(broker.parkedBytes() > 16 * MIB, "held: " + broker.parkedBytes());
      // the outboxes' bound falls to the least with the message that makes it twice the total
      assertTrue(broker.parkedBytes() <= 256 * MIB + 9 * 1024, "held: " + broker.parkedBytes());
      assertTrue(broker.metrics().counted(Counter.HELD_DROPPED) > 0);
      TestClient back = single.connect(1, uid + "7");
      ParkedNodes.subscribe(back, topic);
      assertEquals(8 * 1024, ParkedNodes.await(back, Packet.Publish.class).payload().length);

      single.pass(BROKEN);
      Await.until("all to be forgotten", ParkedNodes.PATIENCE, () -> broker.parked() == 0);
      single.pass(GRACE);
      Await.until("nothing to be held", ParkedNodes.PATIENCE, () -> broker.parkedBytes() == 0);
    }
  }

  @Test
  void whereParkedSessionsHoldTwiceAsMuchAsThereIsTheLargestEnd() throws Exception {
    long total = 200_000;
    try (ParkedNodes single = new ParkedNodes(1, GRACE, BROKEN, 1000, total)) {
      NodeBroker broker = single.broker(1);
      TestClient publisher = single.connect(1, uid + "-publisher");
      for (int i = 0; i < 60; i++) {
        TestClient lost = single.connect(1, uid + "-" + i);
        breakConnection(lost, CloseReason.CONNECTION_LOST);
        publisher.publish(lost.etid(), new byte[i < 40 ? 15_000 : 100]);
      }
      Await.until("room", ParkedNodes.PATIENCE, () -> broker.parkedBytes() <= 2 * total);
      int parked = broker.parked();
      assertTrue(parked >= 20 + 20, "the small ones, and what there is room for: " + parked);
      assertEquals(60 - parked, broker.metrics().sessions(Move.REFUSED));
    }
  }
}
