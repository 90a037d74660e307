package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.cluster.TestNode.await;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.NameSpace;

/** Two nodes that stay together, over real JGroups channels. */
class ClusterTest {

  private static TestNode a;
  private static TestNode b;

  @BeforeAll
  static void start() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    a = new TestNode("a", 0, ports);
    b = new TestNode("b", 1, ports);
    await("two nodes", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
  }

  @AfterAll
  static void stop() {
    b.close();
    a.close();
  }

  @Test
  void aNodeOfTheNextFormatJoinsAndOneOfTheFormatAfterItIsRefused() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    try (TestNode present = new TestNode("present", 0, ports)) {
      try (TestNode next = withFormat("next", ports, FormatVersion.CURRENT + 1)) {
        await("both to see two", () -> present.nodesSeen() == 2 && next.nodesSeen() == 2);
        assertEquals(FormatVersion.CURRENT, next.node.format(), "what both can");
      }
      IllegalStateException refused =
          assertThrows(
              IllegalStateException.class,
              () -> withFormat("later", ports, FormatVersion.CURRENT + 2));
      assertTrue(
          refused
              .getMessage()
              .contains(
                  "node present has version test with format 2, this node has version 9 with"
                      + " format 4"),
          refused.getMessage());
    }
  }

  @Test
  void whatNeedsTheNextFormatIsThereWhenTheLastNodeHasIt() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    TestNode old = new TestNode("old", 0, ports);
    try (TestNode next = withFormat("next", ports, FormatVersion.CURRENT + 1)) {
      await("two nodes", () -> next.nodesSeen() == 2);
      assertEquals(FormatVersion.CURRENT, next.node.format());
      old.close();
      await("the last old node to leave", () -> next.node.format() == FormatVersion.CURRENT + 1);
    }
  }

  private static TestNode withFormat(String name, List<Integer> ports, int format) {
    return new TestNode(
        name,
        ports.get(1),
        ports,
        "local",
        ClusterConfig.Bus.DEFAULT,
        Optional.empty(),
        new ClusterConfig.Self(URI.create("http://127.0.0.1:1"), 1, "9", format));
  }

  @Test
  void aNameHasOneIdOnAllNodesAlsoWhenBothCreateItAtOnce() {
    CompletionStage<Integer> here = a.cluster.resolve(NameSpace.TOPIC, "/same");
    CompletionStage<Integer> there = b.cluster.resolve(NameSpace.TOPIC, "/same");
    int tid = await(here);
    assertEquals(tid, await(there));
    assertEquals(tid, a.names.get("/same"));
    assertEquals(tid, b.names.get("/same"));
  }

  @Test
  void twoNamesThatAskForOneIdGetTwo() {
    String[] clash = NameClash.find();
    int first = a.topic(clash[0]);
    int second = b.topic(clash[1]);
    assertNotEquals(first, second);
    assertEquals(second, a.topic(clash[1]));
    assertEquals(first, b.topic(clash[0]));
  }

  @Test
  void topicsAndSubtopicsAreNumberedApart() {
    int tid = a.topic("apart");
    int subtid = await(b.cluster.resolve(NameSpace.SUBTOPIC, "apart"));
    assertEquals(subtid, await(a.cluster.resolve(NameSpace.SUBTOPIC, "apart")));
    assertEquals(tid, b.topic("apart"));
  }

  @Test
  void theDigestOfANodesEntriesIsTheSameOnAllNodesAfterEveryChange() {
    a.topic("digest");
    await(a.cluster.announceInterest(a.topic("digest"), 2));
    ClientEntry stays = a.register("digest-stays");
    ClientEntry leaves = a.register("digest-leaves");
    a.register("digest-moves");
    a.cluster.unregister(leaves);
    b.register("digest-moves");
    await("the client to leave", () -> b.cluster.client(leaves.etid()).isEmpty());
    assertEquals(stays.uid(), b.cluster.client(stays.etid()).orElseThrow().uid());
    for (TestNode owner : List.of(a, b)) {
      for (int table = 0; table < a.cluster.tables().size(); table++) {
        CacheTable<?, ?> own = owner.cluster.tables().get(table);
        Digest expected = Digest.of(own.own());
        for (TestNode holder : List.of(a, b)) {
          CacheTable<?, ?> held = holder.cluster.tables().get(table);
          await(held.name(), () -> held.digest(owner.node.self().id()).equals(expected));
        }
      }
    }
  }

  @Test
  void namesOfAnyBytesStayApart() {
    assertNotEquals(a.topic("x\uDC80"), b.topic("x\uDC81"));
    assertEquals(a.topic("x\uDC81"), b.topic("x\uDC81"));
  }

  @Test
  void interestIsKnownToTheOtherNodeWhenItsAnnouncementIsDone() {
    int tid = a.topic("/interest");
    for (int round = 0; round < 200; round++) {
      await(a.cluster.announceInterest(tid, 1));
      assertEquals(1, b.interestIn(tid, a));
      await(a.cluster.announceInterest(tid, 0));
      assertEquals(0, b.interestIn(tid, a));
    }
  }

  @Test
  void aHundredAnnouncementsOfOneTopicEndWithTheLast() {
    int tid = a.topic("/many");
    CompletableFuture<?>[] all =
        IntStream.rangeClosed(1, 100)
            .mapToObj(n -> b.cluster.announceInterest(tid, n).toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    await(CompletableFuture.allOf(all));
    assertEquals(100, a.interestIn(tid, b));
  }

  @Test
  void aClientIsKnownToTheOtherNodeWhenItsRegistrationIsDone() {
    for (int i = 0; i < 200; i++) {
      ClientEntry client = a.register("client-" + i);
      assertEquals("a", b.cluster.ownerOf(client.etid()).orElseThrow().name());
      assertTrue(a.cluster.ownerOf(client.etid()).isEmpty());
    }
  }

  @Test
  void aClientThatLeavesIsGoneOnBothNodes() {
    ClientEntry client = a.register("leaver");
    a.cluster.unregister(client);
    await("gone", () -> b.gone.contains(client.etid()) && a.gone.contains(client.etid()));
    assertTrue(b.cluster.ownerOf(client.etid()).isEmpty());
  }

  @Test
  void aUidThatConnectsOnTheOtherNodeTakesOverAndKeepsItsEtid() {
    ClientEntry old = a.register("wanderer");
    ClientEntry now = b.register("wanderer");
    assertEquals(old.etid(), now.etid());
    await("taken over", () -> a.takenOver.contains(old.connection()));
    assertTrue(a.gone.contains(old.etid()));
    assertTrue(b.gone.contains(old.etid()));
    assertEquals("b", a.cluster.ownerOf(now.etid()).orElseThrow().name());
    a.cluster.unregister(old);
    assertEquals(now.etid(), a.register("wanderer").etid());
  }

  @Test
  void ofHundredsOfConnectionsThatFightOverAUidAtOnceExactlyOneIsLeft() {
    List<CompletableFuture<ClientEntry>> all =
        IntStream.range(0, 400)
            .mapToObj(i -> i % 2 == 0 ? a : b)
            .map(
                node ->
                    node.cluster
                        .register(node.candidate("fought"), Optional.empty())
                        .toCompletableFuture())
            .toList();
    all.forEach(TestNode::await);
    await(
        "all others lost",
        () ->
            all.stream()
                    .filter(
                        one ->
                            Stream.of(a, b)
                                .anyMatch(node -> node.takenOver.contains(one.join().connection())))
                    .count()
                == 399);
    assertEquals(1, all.stream().map(one -> one.join().etid()).distinct().count());
    assertEquals(1, a.cluster.clients().stream().filter(c -> c.uid().equals("fought")).count());
  }

  @Test
  void messagesReachTheOtherNodeInTheOrderSentAndOnce() {
    int before = b.delivered.size();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      a.publish(b, 5, i);
    }
    await("all delivered", () -> b.delivered.size() == before + count);
    for (int i = 0; i < count; i++) {
      assertEquals(i, b.delivered.get(before + i));
    }
    await("all acknowledged", () -> a.cluster.pendingBytes() == 0);
  }

  @Test
  void aNodesStateAndFiguresAreKnownToTheOthers() {
    await(a.node.state(NodeState.DRAINING));
    await(a.node.figures(java.util.Map.of("clients", 3.0)));
    NodeInfo seen =
        b.node.nodes().stream().filter(n -> n.name().equals("a")).findAny().orElseThrow();
    assertEquals(NodeState.DRAINING, seen.state());
    assertEquals(3.0, seen.figures().get("clients"));
    await(a.node.state(NodeState.READY));
  }
}
