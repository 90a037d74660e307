package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.cluster.TestNode.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.infinispan.context.Flag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.ClientEntry;

/** Three nodes of which some leave, die or are cut off. */
@Tag("slow")
class FailureTest {

  private static final ClusterConfig.Bus BUS =
      new ClusterConfig.Bus(1L << 20, 256L << 10, Duration.ofMillis(100));

  @TempDir Path directory;
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<AutoCloseable> silent = new ArrayList<>();
  private List<Integer> ports;
  private String stack;
  private TestNode a;
  private TestNode b;
  private TestNode c;

  @BeforeEach
  void start() throws Exception {
    ports = new ArrayList<>(TestNode.freePorts(3));
    ports.add(silentMember());
    stack = quickStack();
    a = node("a", 0);
    b = node("b", 1);
    c = node("c", 2);
    awaitAllSeen();
  }

  /**
   * A configured member that never answers: the system drops what wants to connect when a backlog
   * is full, as it is with a machine that is down.
   */
  private int silentMember() throws Exception {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    silent.add(server);
    for (int i = 0; i < 2; i++) {
      silent.add(new Socket(server.getInetAddress(), server.getLocalPort()));
    }
    return server.getLocalPort();
  }

  /**
   * The stack for one machine with a failure detection twice as fast, and a long time to connect.
   */
  private String quickStack() throws Exception {
    Path file = directory.resolve("quick.xml");
    String xml = Files.readString(Path.of("server-config/jgroups/local.xml"));
    Files.writeString(
        file,
        xml.replace("timeout=\"5s\" interval=\"1s\"", "timeout=\"2s\" interval=\"500ms\"")
            .replace("sock_conn_timeout=\"300ms\"", "sock_conn_timeout=\"3s\""));
    return file.toString();
  }

  private TestNode node(String name, int index) {
    TestNode node = new TestNode(name, index, ports, stack, BUS);
    nodes.add(node);
    return node;
  }

  private void awaitAllSeen() {
    await("all see all", () -> nodes.stream().allMatch(n -> n.nodesSeen() == nodes.size()));
  }

  @AfterEach
  void stop() throws Exception {
    nodes.forEach(TestNode::close);
    for (AutoCloseable each : silent) {
      each.close();
    }
  }

  private void kill(TestNode node) throws Exception {
    nodes.remove(node);
    node.kill();
  }

  @Test
  void whatANodeWroteToSomeCopiesWhenItDiedIsMendedWithinSeconds() throws Exception {
    List<ClientEntry> missing = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      missing.add(a.register("missing-" + i));
      ClientEntry lost = c.candidate("left-" + i);
      copy(b).remove(ClientCodec.toCache("missing-" + i));
      copy(a)
          .put(
              ClientCodec.toCache(lost.uid()),
              ClientCodec.encode(lost, c.node.self().id()).value());
    }
    kill(c);
    await("the others to know", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
    for (int i = 0; i < 20; i++) {
      assertEquals("a", a.register("left-" + i).node());
    }
    await(
        "all to be found",
        () -> missing.stream().allMatch(client -> b.cluster.ownerOf(client.etid()).isPresent()));
  }

  /** The clients in a node's own copy, that no other hears of. */
  private static Map<String, byte[]> copy(TestNode node) {
    return node.cluster.tables().stream()
        .filter(ClientTable.class::isInstance)
        .map(table -> (ClientTable) table)
        .map(table -> table.cache.withFlags(Flag.CACHE_MODE_LOCAL, Flag.SKIP_LOCKING))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whenANodeDiesItsClientsAndItsInterestAreGoneWithinThreeSeconds() throws Exception {
    int tid = c.topic("/t");
    await(c.cluster.announceInterest(tid, 3));
    ClientEntry client = c.register("on-c-1");
    ClientEntry other = b.register("on-b-1");
    assertEquals(3, a.interestIn(tid, c));
    long killed = System.nanoTime();
    kill(c);
    await("told", () -> a.gone.contains(client.etid()) && b.gone.contains(client.etid()));
    await("count", () -> a.interestIn(tid, c) == 0 && b.interestIn(tid, c) == 0);
    assertTrue(System.nanoTime() - killed < 3_000_000_000L, "took too long");
    assertTrue(a.cluster.ownerOf(client.etid()).isEmpty());
    assertEquals("b", a.cluster.ownerOf(other.etid()).orElseThrow().name());
    assertEquals(List.of(client.etid()), a.gone);
    // its UID is free, its topic keeps its id, and nothing of it stays in the caches
    assertEquals("b", b.register("on-c-1").node());
    assertEquals(tid, a.topic("/t"));
    await("no ghosts", () -> a.entries() == 2 && b.entries() == 2);
  }

  @Test
  void whenTheCoordinatorLeavesTheOthersGoOnAndANewNodeLearnsAll() {
    ClientEntry client = b.register("on-b-2");
    int tid = b.topic("/kept");
    await(b.cluster.announceInterest(tid, 2));
    nodes.remove(a);
    a.close();
    await("left", () -> b.nodesSeen() == 2 && c.nodesSeen() == 2);
    TestNode again = node("a", 0);
    assertEquals("b", again.cluster.ownerOf(client.etid()).orElseThrow().name());
    assertEquals(2, again.interestIn(tid, b));
    assertEquals(tid, again.names.get("/kept"));
    assertEquals("b", c.cluster.ownerOf(client.etid()).orElseThrow().name());
    assertEquals(client.etid(), again.register("on-b-2").etid());
    await("taken over", () -> b.takenOver.contains(client.connection()));
  }

  @Test
  void aNodeWithANameThatIsThereIsRefusedAndLeavesNoThreads() throws Exception {
    long before = clusterThreads();
    List<Integer> more = new ArrayList<>(ports);
    more.addAll(TestNode.freePorts(1));
    try (TestNode second = new TestNode("a", 4, more, stack, BUS)) {
      throw new AssertionError("joined as " + second.name);
    } catch (IllegalStateException expected) {
      assertTrue(expected.getMessage().contains("a node named a is there already"));
    }
    await("the threads to end", () -> clusterThreads() <= before);
  }

  private static long clusterThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("smq-cluster-(timer|writes|records).*"))
        .count();
  }

  @Test
  void afterASplitAllIsKnownAgainOneOwnsAUidAndNothingComesTwice() throws Exception {
    String[] clash = NameClash.find();
    int kept = a.topic("/before");
    await(a.cluster.announceInterest(kept, 1));
    await(c.cluster.announceInterest(kept, 1));
    ClientEntry stays = c.register("stays-on-c");
    ClientEntry early = a.register("moves-to-c");

    c.cut(true);
    await("split", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2 && c.nodesSeen() == 1);
    assertEquals(0, a.interestIn(kept, c));
    assertTrue(a.gone.contains(stays.etid()));
    assertTrue(c.gone.contains(early.etid()));

    // both sides go on
    int newTopic = a.topic("/on-both-sides");
    assertEquals(newTopic, c.topic("/on-both-sides"));
    await(c.cluster.announceInterest(newTopic, 7));
    int ofOne = a.topic(clash[1]);
    int ofTwo = c.topic(clash[0]);
    assertEquals(ofOne, ofTwo);
    await(b.cluster.announceInterest(kept, 5));
    ClientEntry during = b.register("came-on-b");
    ClientEntry late = c.register("moves-to-c");
    ClientEntry left = c.register("left-during");
    c.cluster.unregister(left);

    c.cut(false);
    awaitAllSeen();
    long merged = System.nanoTime();
    await("interest", () -> a.interestIn(kept, c) == 1 && b.interestIn(newTopic, c) == 7);
    await("interest", () -> c.interestIn(kept, a) == 1 && c.interestIn(kept, b) == 5);
    await("owner", () -> ownedBy(a, late, "c") && ownedBy(b, late, "c"));
    await("loser", () -> a.takenOver.contains(early.connection()));
    await("clients", () -> ownedBy(c, during, "b") && ownedBy(a, stays, "c"));
    await("name", () -> c.names.getOrDefault(clash[0], 0) == ofOne);
    await("lost", () -> a.namesLost.contains(clash[1]) && b.namesLost.contains(clash[1]));
    assertTrue(System.nanoTime() - merged < 5_000_000_000L, "took too long");

    assertTrue(c.takenOver.isEmpty());
    assertTrue(c.cluster.ownerOf(late.etid()).isEmpty());
    assertNotEquals(ofOne, c.topic(clash[1]));
    assertEquals(c.topic(clash[1]), a.topic(clash[1]));
    List<String> all = List.of("came-on-b", "moves-to-c", "stays-on-c");
    await("one list", () -> nodes.stream().allMatch(n -> clients(n).equals(all)));
    await("forgotten", () -> nodes.stream().allMatch(n -> n.entries() == 3 + 4));
    exchange(a, c);
    exchange(c, b);
  }

  @Test
  void whatANodeMissedWhileItWasCutOffIsMendedWhenItIsBack() throws Exception {
    int tid = a.topic("/missed");
    await(a.cluster.announceInterest(tid, 1));
    await(c.cluster.announceInterest(tid, 4));
    ClientEntry leaves = a.register("leaves-a");
    ClientEntry stays = c.register("stays-on-c");

    c.mute(true);
    await("c is given up", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
    assertEquals(3, c.nodesSeen());
    a.cluster.unregister(leaves);
    await(a.cluster.announceInterest(tid, 0));
    int later = b.topic("/later");
    await(b.cluster.announceInterest(later, 2));
    ClientEntry comes = b.register("comes-to-b");
    await("c is forgotten", () -> a.entries() == 2 && b.entries() == 2);
    assertEquals("a", c.cluster.ownerOf(leaves.etid()).orElseThrow().name());

    c.mute(false);
    awaitAllSeen();
    List<String> all = List.of("comes-to-b", "stays-on-c");
    await("one list", () -> nodes.stream().allMatch(n -> clients(n).equals(all)));
    await("interest", () -> a.interestIn(tid, c) == 4 && b.interestIn(tid, c) == 4);
    await("none left", () -> c.interestIn(tid, a) == 0 && c.interestIn(later, b) == 2);
    await("name", () -> c.names.getOrDefault("/later", 0) == later);
    await("gone", () -> c.gone.contains(leaves.etid()));
    assertTrue(ownedBy(a, stays, "c") && ownedBy(c, comes, "b"));
    exchange(a, c);
    exchange(c, a);
  }

  private static boolean ownedBy(TestNode at, ClientEntry client, String owner) {
    return at.cluster.ownerOf(client.etid()).filter(node -> node.name().equals(owner)).isPresent();
  }

  private static List<String> clients(TestNode node) {
    return node.cluster.clients().stream().map(ClientEntry::uid).sorted().toList();
  }

  private static void exchange(TestNode from, TestNode to) {
    int before = to.delivered.size();
    IntStream.range(0, 1000).forEach(i -> from.publish(to, 5, i));
    await("delivered", () -> to.delivered.size() >= before + 1000);
    assertEquals(
        IntStream.range(0, 1000).boxed().toList(),
        List.copyOf(to.delivered).subList(before, before + 1000));
  }

  /**
   * No other process sees when a node looks for its silent member, but it does so every 1.5 s at
   * the latest, and then waits 3 s for an answer: messages follow one another for longer than that.
   */
  @Test
  void aMemberThatIsLookedForAndNeverAnswersDelaysNoOther() {
    long worst = 0;
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    for (int i = 0; System.nanoTime() < end; i++) {
      int number = i;
      long sent = System.nanoTime();
      a.publish(b, 5, number);
      await("delivered", () -> b.delivered.size() > number);
      worst = Math.max(worst, System.nanoTime() - sent);
    }
    assertTrue(worst < 1_000_000_000L, "worst " + worst / 1_000_000 + " ms");
  }

  @Test
  void messagesToANodeThatIsCutOffAreBoundedAndThoseToOthersFlow() throws Exception {
    c.cut(true);
    long bytes = 0;
    int accepted = 0;
    int full = 0;
    var packet = TestNode.message(5, 1);
    var toC = a.peer(c);
    long deadline = System.nanoTime() + 700_000_000L;
    while (System.nanoTime() < deadline) {
      Outbox.Offer offer = toC.outbox().offer(packet);
      accepted += offer == Outbox.Offer.FULL ? 0 : 1;
      full += offer == Outbox.Offer.FULL ? 1 : 0;
      bytes = Math.max(bytes, toC.outbox().bytes());
    }
    exchange(a, b);
    assertTrue(full > 0, "accepted " + accepted);
    assertTrue(bytes <= 2 * BUS.outboxBytes(), "held " + bytes);
    assertTrue(toC.outbox().dropped() >= full);
    c.cut(false);
    awaitAllSeen();
    exchange(a, b);
    await("again", () -> a.peer(c) != null);
  }
}
