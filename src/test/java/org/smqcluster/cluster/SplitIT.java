package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;

/**
 * Two nodes, each a process in a network namespace of its own, whose cable is cut under traffic and
 * mended. Clients reach both all the time.
 */
class SplitIT {

  /** How long nothing passes, from the cut on. */
  private static final Duration CUT = Duration.ofSeconds(15);

  /** From the moment that both nodes see each other again. */
  private static final Duration AGREED_WITHIN = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Members come in the order of the alphabet. */
  private static final Pattern CLIENT =
      Pattern.compile("\"node\":\"([^\"]*)\",[^{}]*\"uid\":\"([^\"]*)\"");

  private static ClusterLine line;
  private static NodeProcess[] nodes;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final List<SmqClient> clients = new ArrayList<>();

  @BeforeAll
  static void startTwoNodes() throws Exception {
    line = ClusterLine.between();
    System.out.println("The line between the nodes is a " + line.getClass().getSimpleName());
    nodes = new NodeProcess[] {start(1), start(2)};
    Arrays.stream(nodes).forEach(NodeProcess::awaitReady);
  }

  private static NodeProcess start(int node) throws Exception {
    return line.attach(node, NodeProcess.builder("node" + node))
        .properties(AdminApi.USERS)
        .property("smq.auth.none.allowed", "true")
        .property("smq.session.grace", "60s")
        .property("smq.session.grace.broken", "60s")
        .property("smq.outbox.bytes", "8388608")
        .start();
  }

  @AfterAll
  static void endThem() throws Exception {
    Arrays.stream(nodes).forEach(NodeProcess::close);
    line.close();
  }

  @AfterEach
  void endClients() {
    clients.forEach(SmqClient::close);
  }

  @Test
  void afterACutInBothDirectionsTheNodesAgreeOnEverything() throws Exception {
    splitAndMerge(() -> line.cut());
  }

  @Test
  void afterACutInOneDirectionTheNodesAgreeOnEverything() throws Exception {
    splitAndMerge(() -> line.cutOneWay());
  }

  private interface Cut {
    void make() throws Exception;
  }

  private void splitAndMerge(Cut cut) throws Exception {
    awaitNodesSeen(2);
    SmqClient publisher1 = connect(1, "publisher-1");
    SmqClient publisher2 = connect(2, "publisher-2");
    SmqClient receiver1 = connect(1, "receiver-1");
    SmqClient receiver2 = connect(2, "receiver-2");
    Traffic.Account from1at1 = subscribe(receiver1, "/from/1");
    Traffic.Account from1at2 = subscribe(receiver2, "/from/1");
    Traffic.Account from2at1 = subscribe(receiver1, "/from/2");
    Traffic.Account from2at2 = subscribe(receiver2, "/from/2");
    int from1 = value(publisher1.create(name("/from/1")));
    int from2 = value(publisher2.create(name("/from/2")));
    Map<Integer, Integer> counts = new ConcurrentHashMap<>();
    publisher1.observe(from2, count -> counts.put(1, count));
    publisher2.observe(from1, count -> counts.put(2, count));
    SmqClient leaves = connect(1, "leaves");
    SmqClient early;
    SmqClient late;
    try (Traffic traffic1 = new Traffic(publisher1, from1);
        Traffic traffic2 = new Traffic(publisher2, from2);
        ParkedInSplit parked =
            new ParkedInSplit(nodes, List.of(publisher1, publisher2), run, PATIENCE)) {
      Await.until("traffic to cross", PATIENCE, () -> from1at2.last() > 50 && from2at1.last() > 50);
      Await.until("both to be counted", PATIENCE, () -> counts.equals(Map.of(1, 2, 2, 2)));

      long cutAt = System.nanoTime();
      cut.make();
      awaitNodesSeen(1);
      report("seen by both after", cutAt);
      Await.until("one to be counted", PATIENCE, () -> counts.equals(Map.of(1, 1, 2, 1)));

      // both sides go on
      parked.comeBackDuringSplit();
      early = connect(1, "wanderer");
      late = connect(2, "wanderer");
      leaves.close();
      connect(1, "came-to-1");
      connect(2, "came-to-2");
      assertEquals(
          value(publisher1.create(name("/both"))), value(publisher2.create(name("/both"))));
      Traffic.Account unheard = subscribe(receiver2, "/only/2");
      assertEquals(-1, unheard.last());
      Traffic.Account later = subscribe(receiver1, "/both");
      Await.until(
          "the cut to be long enough", PATIENCE, () -> System.nanoTime() - cutAt > CUT.toNanos());
      long number1 = traffic1.next();
      long number2 = traffic2.next();
      Await.until("each to hear its own", PATIENCE, () -> from1at1.last() > number1);
      Await.until("each to hear its own", PATIENCE, () -> from2at2.last() > number2);

      long mendedAt = System.nanoTime();
      line.mend();
      awaitNodesSeen(2);
      report("merged after", mendedAt);
      long mergedAt = System.nanoTime();
      List<String> all =
          Stream.concat(
                  Stream.of(
                      "came-to-1 node1",
                      "came-to-2 node2",
                      "publisher-1 node1",
                      "publisher-2 node2",
                      "receiver-1 node1",
                      "receiver-2 node2",
                      "wanderer node2"),
                  parked.inCluster().stream())
              .sorted()
              .toList();
      Await.value("node 1 to know all clients", PATIENCE, () -> clientsAt(1), all::equals);
      Await.value("node 2 to know all clients", PATIENCE, () -> clientsAt(2), all::equals);
      report("clients", mergedAt);
      Await.until("both to be counted", PATIENCE, () -> counts.equals(Map.of(1, 2, 2, 2)));
      report("counts", mergedAt);
      long crossing1 = traffic1.next();
      long crossing2 = traffic2.next();
      Await.until(
          "traffic to cross",
          PATIENCE,
          () -> from1at2.last() > crossing1 && from2at1.last() > crossing2);
      report("traffic", mergedAt);
      Await.until(
          "the earlier one to be sent away",
          PATIENCE,
          () -> early.state() == SmqClient.State.CLOSED);
      report("agreed after", mergedAt);
      long agreed = System.nanoTime() - mergedAt;
      assertTrue(agreed <= AGREED_WITHIN.toNanos(), "agreed after " + agreed / 1_000_000 + " ms");

      parked.comeBackAfterMerge();
      assertEquals(SmqClient.State.CONNECTED, late.state());
      int only2 = value(publisher1.create(name("/only/2")));
      assertEquals(value(publisher2.create(name("/only/2"))), only2);
      int both = value(publisher2.create(name("/both")));
      try (Traffic one = new Traffic(publisher1, only2);
          Traffic two = new Traffic(publisher2, both)) {
        Await.until("news", PATIENCE, () -> one.next() > 10 && two.next() > 10);
        Await.until("interest", PATIENCE, () -> unheard.last() > 10 && later.last() > 10);
      }
      assertEquals(0, unheard.repeatedOrLate() + later.repeatedOrLate());
    }
    assertAll(
        () -> assertEquals(0, from1at1.missing(), "lost on node 1"),
        () -> assertEquals(0, from2at2.missing(), "lost on node 2"),
        () -> assertEquals(0, from1at1.repeatedOrLate(), "repeated on node 1"),
        () -> assertEquals(0, from2at2.repeatedOrLate(), "repeated on node 2"),
        () -> assertEquals(0, from1at2.repeatedOrLate(), "repeated from 1 to 2"),
        () -> assertEquals(0, from2at1.repeatedOrLate(), "repeated from 2 to 1"));
    System.out.printf(
        "slowest on node 1 %d ms, on node 2 %d ms; not crossed: %d and %d%n",
        from1at1.slowestMillis(), from2at2.slowestMillis(), from1at2.missing(), from2at1.missing());
  }

  private static void report(String what, long since) {
    System.out.println(what + " " + (System.nanoTime() - since) / 1_000_000 + " ms");
  }

  private String name(String topic) {
    return topic + "/" + run;
  }

  private static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private SmqClient connect(int node, String uid) {
    SmqClient client =
        SmqClient.builder(nodes[node - 1].device().toString()).uid(uid + "-" + run).start();
    clients.add(client);
    value(client.connected());
    return client;
  }

  private Traffic.Account subscribe(SmqClient client, String topic) {
    Traffic.Account account = new Traffic.Account();
    value(client.subscribe(name(topic), account::received));
    return account;
  }

  /** Waits until both nodes see this many nodes that are ready. */
  private static void awaitNodesSeen(int count) {
    for (int node = 1; node <= 2; node++) {
      int number = node;
      Await.until(
          "node " + node + " to see " + count,
          PATIENCE,
          () -> get(number, "/api/cluster").split("\"state\":\"ready\"", -1).length - 1 == count);
    }
  }

  private static String get(int node, String path) {
    return new AdminApi(nodes[node - 1], "eve").get(path).body();
  }

  /** What a node says of this test's clients: UID and node, sorted. */
  private List<String> clientsAt(int node) {
    return CLIENT
        .matcher(get(node, "/api/clients?uid=" + run + "&limit=100"))
        .results()
        .map(client -> client.group(2) + " " + client.group(1))
        .map(client -> client.replace("-" + run, ""))
        .sorted()
        .toList();
  }
}
