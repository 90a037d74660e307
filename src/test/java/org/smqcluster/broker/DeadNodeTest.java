package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;

/** Clients whose node dies, and what they find on the node that they come to. */
class DeadNodeTest {

  private static final Duration GRACE = Duration.ofSeconds(30);

  /** More than the questions that a node may ask at a time. */
  private static final int MANY = 1_500;

  private static final String UID = "orphan-1";
  private static final String TOPIC = "/dead/1";
  private static final String OTHER = "/dead/2";

  private ParkedNodes nodes;
  private TestClient old;
  private TestClient near;
  private TestClient far;
  private int tid;

  @BeforeEach
  void startThreeNodes() throws IOException {
    nodes = new ParkedNodes(3, GRACE, GRACE);
    old = nodes.connect(3, UID, "owner");
    tid = ParkedNodes.subscribe(old, TOPIC);
    near = nodes.connect(1, "publisher-1");
    far = nodes.connect(2, "publisher-2");
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private void awaitDeath() {
    Await.until(
        "the death to be known",
        ParkedNodes.PATIENCE,
        () -> nodes.cluster(1).nodes().size() == 1 && nodes.cluster(2).nodes().size() == 1);
  }

  @Test
  void aClientWhoseNodeDiesGetsWhatIsPublishedMeanwhile() {
    TestClient neighbour = nodes.connect(3, "neighbour");
    int other = ParkedNodes.subscribe(neighbour, OTHER);
    near.publish(tid, "before");
    assertEquals("before", ParkedNodes.message(old));
    nodes.kill(3);
    awaitDeath();
    near.publish(other, "for the neighbour");
    for (int i = 0; i < 3; i++) {
      near.publish(tid, "near " + i);
      far.publish(tid, "far " + i);
    }
    near.publish(old.etid(), "to the client");

    TestClient back = nodes.connect(1, UID, "owner");
    assertEquals(old.etid(), back.etid());
    assertEquals("to the client", ParkedNodes.message(back));
    near.publish(tid, "near 3");
    far.publish(tid, "far 3");
    ParkedNodes.subscribe(back, TOPIC);
    int nearNext = 0;
    int farNext = 0;
    for (int i = 0; i < 8; i++) {
      String message = ParkedNodes.message(back);
      assertEquals(message.startsWith("near") ? "near " + nearNext++ : "far " + farNext++, message);
    }
    ParkedNodes.subscribe(back, OTHER);
    back.expectNothing();

    TestClient neighbourBack = nodes.connect(2, "neighbour");
    ParkedNodes.subscribe(neighbourBack, OTHER);
    assertEquals("for the neighbour", ParkedNodes.message(neighbourBack));
    neighbourBack.expectNothing();
  }

  @Test
  void aClientThatHasJustConnectedKeepsItsEtid() {
    TestClient early = nodes.connect(3, "orphan-early", "owner");
    nodes.killNow(3);
    assertEquals(early.etid(), nodes.connect(1, "orphan-early", "owner").etid());
  }

  @Test
  void whatIsParkedForAClientIsFreeWhenTheNodeDiesThatItCameTo() throws Exception {
    TestClient parked = nodes.connect(1, "between-two");
    int topic = ParkedNodes.subscribe(parked, OTHER);
    ParkedNodes.letGo(parked);
    near.publish(topic, "held");
    CountDownLatch goOn = new CountDownLatch(1);
    nodes
        .broker(2)
        .tapTopic(
            OTHER,
            message -> Await.until("to go on", ParkedNodes.PATIENCE, () -> goOn.getCount() == 0));
    Thread publishing = new Thread(() -> far.publish(topic, "under way"));
    publishing.start();
    long heard = nodes.cluster(2).packetsIn();
    new TestClient(nodes.broker(3), Transport.RAW).connect("between-two");
    Await.until(
        "node 3 to wait for node 2",
        ParkedNodes.PATIENCE,
        () -> nodes.cluster(2).packetsIn() > heard);
    nodes.killNow(3);
    awaitDeath();
    goOn.countDown();
    publishing.join();

    TestClient back = new TestClient(nodes.broker(2), Transport.RAW).connect("between-two");
    Await.until("a Connack", Duration.ofSeconds(5), back::has);
    assertEquals(parked.etid(), back.next(Packet.Connack.class).etid());
    near.publish(topic, "later");
    ParkedNodes.subscribe(back, OTHER);
    assertEquals("held", ParkedNodes.message(back));
    assertEquals("under way", ParkedNodes.message(back));
    assertEquals("later", ParkedNodes.message(back));
  }

  @Test
  void manyClientsThatComeAtOnceAllGetWhatWasKept() {
    List<TestClient> lost = connectMany(3);
    lost.forEach(client -> ParkedNodes.await(client, Packet.Connack.class));
    nodes.killNow(3);
    List<TestClient> back = connectMany(1);
    awaitDeath();
    for (int i = 0; i < MANY; i++) {
      far.publish(lost.get(i).etid(), Integer.toString(i));
    }
    for (int i = 0; i < MANY; i++) {
      int etid = ParkedNodes.await(back.get(i), Packet.Connack.class).etid();
      assertEquals(lost.get(i).etid(), etid);
      assertEquals(Integer.toString(i), ParkedNodes.message(back.get(i)));
    }
  }

  private List<TestClient> connectMany(int node) {
    NodeBroker broker = nodes.broker(node);
    return IntStream.range(0, MANY)
        .mapToObj(i -> new TestClient(broker, Transport.RAW).connect("of-many-" + i))
        .toList();
  }

  @Test
  void anotherUserWithTheUidGetsNothing() {
    nodes.kill(3);
    awaitDeath();
    near.publish(tid, "secret");
    TestClient thief = nodes.connect(2, UID, "thief");
    assertNotEquals(old.etid(), thief.etid());
    ParkedNodes.subscribe(thief, TOPIC);
    thief.expectNothing();
  }

  @Test
  void aClientThatDoesNotComeInTimeIsForgotten() {
    nodes.kill(3);
    awaitDeath();
    near.publish(tid, "late");
    Await.until(
        "both nodes to count the client",
        ParkedNodes.PATIENCE,
        () -> nodes.broker(1).orphaned() == 1 && nodes.broker(2).orphaned() == 1);
    nodes.pass(GRACE);
    Await.until(
        "nothing to be kept",
        ParkedNodes.PATIENCE,
        () -> nodes.cluster(1).orphan(UID).isEmpty() && nodes.cluster(2).orphan(UID).isEmpty());
    assertEquals(0, nodes.broker(1).orphaned());
    TestClient back = nodes.connect(2, UID, "owner");
    assertNotEquals(old.etid(), back.etid());
    ParkedNodes.subscribe(back, TOPIC);
    back.expectNothing();
  }

  @Test
  void aClientThatGoesWhileItsSessionIsToldLeavesNothingBehind() {
    for (int i = 0; i < 50; i++) {
      TestClient client = nodes.connect(3, "short-lived-" + i);
      int[] tids = {tid, i};
      nodes.cluster(3).describe(client.session.entry().get(), Optional.empty(), tids);
      client.session.disconnect(CloseReason.CLIENT_DISCONNECT);
    }
    Await.until(
        "three clients to be left",
        Duration.ofSeconds(10),
        () -> IntStream.of(1, 2, 3).allMatch(node -> nodes.cluster(node).clients().size() == 3));
  }
}
