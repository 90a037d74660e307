package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.PreviousRelease;
import org.smqcluster.testing.TestCluster;

/**
 * Three nodes of the release before this one, each a process, are replaced one by one by this
 * release under load, and then the other way round.
 */
class UpgradeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path THIS_RELEASE = Path.of("target", "smq.war").toAbsolutePath();

  private static TestCluster cluster;
  private static Path before;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final List<SmqClient> clients = new ArrayList<>();

  @BeforeAll
  static void startThreeNodesOfTheReleaseBefore() {
    before = PreviousRelease.war();
    cluster = TestCluster.start(3, builder -> builder.war(before));
  }

  @AfterAll
  static void endThem() {
    cluster.close();
  }

  @AfterEach
  void endClients() {
    clients.forEach(SmqClient::close);
    timer.shutdownNow();
  }

  private static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private SmqClient connect(int node, SmqClient.Listener listener) {
    SmqClient client =
        SmqClient.builder(
                cluster.node(node).device().toString(),
                cluster.node(node % 3 + 1).device().toString())
            .persistent(true)
            .listener(listener)
            .start();
    clients.add(client);
    value(client.connected());
    return client;
  }

  private SmqClient connect(int node) {
    return connect(node, new SmqClient.Listener() {});
  }

  @Test
  void aRollingUpgradeAndADowngradeLoseNothingForClientsThatAreNotMoved() throws Exception {
    for (Path war : List.of(THIS_RELEASE, before)) {
      for (int node = 1; node <= 3; node++) {
        replaceUnderLoad(node, war);
        assertActAsOne();
      }
    }
  }

  /** Clients of the two other nodes talk in both directions while the node is replaced. */
  private void replaceUnderLoad(int replaced, Path war) throws Exception {
    String topic = "/upgrade/" + UUID.randomUUID();
    int one = replaced % 3 + 1;
    int other = one % 3 + 1;
    SmqClient publisher = connect(one);
    SmqClient backward = connect(other);
    CountDownLatch back = new CountDownLatch(1);
    SmqClient moving =
        connect(
            replaced,
            new SmqClient.Listener() {
              @Override
              public void onReconnect(SmqClient client) {
                back.countDown();
              }
            });
    Traffic.Account there = subscribe(backward, topic + "/there");
    Traffic.Account here = subscribe(publisher, topic + "/back");
    Traffic.Account moved = subscribe(moving, topic + "/there");
    try (Traffic forth = new Traffic(publisher, value(publisher.create(topic + "/there")));
        Traffic answers = new Traffic(backward, value(backward.create(topic + "/back")))) {
      Await.until("traffic to flow", PATIENCE, () -> moved.last() > 50 && here.last() > 50);

      NodeProcess node = cluster.node(replaced);
      node.requestStop();
      assertTrue(back.await(30, TimeUnit.SECONDS), "the node's client is on another node");
      node.awaitEnd(PATIENCE);
      node.deploy(war);
      node.start();
      node.awaitReady();

      awaitAll(forth, there);
      awaitAll(answers, here);
      awaitAll(forth, moved);
    }
    assertEquals(0, there.missing() + here.missing(), "messages lost");
    assertEquals(
        0,
        there.repeatedOrLate() + here.repeatedOrLate() + moved.repeatedOrLate(),
        "messages repeated or out of order");
    clients.forEach(SmqClient::close);
    clients.clear();
  }

  private static Traffic.Account subscribe(SmqClient client, String topic) {
    Traffic.Account account = new Traffic.Account();
    value(client.subscribe(topic, account::received));
    return account;
  }

  private static void awaitAll(Traffic traffic, Traffic.Account account) {
    long last = traffic.next() - 1;
    Await.until("message " + last, PATIENCE, () -> account.last() >= last);
  }

  /** The public list of devices, which the release before had at another path. */
  private static String devices(NodeProcess node) {
    boolean current = node.status("/api/led/devices") == 200;
    return node.get(current ? "/api/led/devices" : "/api/devices");
  }

  /** Topic ids, counts, direct messages, takeover and devices, across both releases. */
  private void assertActAsOne() throws Exception {
    for (NodeProcess node : cluster.nodes()) {
      Await.until(
          node.name() + " to see three nodes",
          PATIENCE,
          () -> node.get("/api/cluster").split("\"state\":\"ready\"", -1).length == 4);
    }
    String topic = "/one/" + UUID.randomUUID();
    List<SmqClient> each = List.of(connect(1), connect(2), connect(3));
    int tid = value(each.get(0).create(topic));
    AtomicInteger count = new AtomicInteger(-1);
    each.get(0).observe(tid, count::set);
    CountDownLatch answered = new CountDownLatch(3);
    for (SmqClient client : each) {
      assertEquals(tid, value(client.subscribe(topic, message -> {})), "the topic's id");
      client.subscribeDirect(message -> answered.countDown());
    }
    Await.until("three subscribers to be counted", PATIENCE, () -> count.get() == 3);
    for (int i = 0; i < 3; i++) {
      each.get(i).publish(each.get((i + 1) % 3).etid(), "direct".getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(answered.await(10, TimeUnit.SECONDS), "a message to each client's address");

    String uid = "taken-" + UUID.randomUUID();
    int etid = 0;
    for (int node = 1; node <= 3; node++) {
      SmqClient client = SmqClient.builder(cluster.node(node).device().toString()).uid(uid).start();
      clients.add(client);
      value(client.connected());
      assertEquals(etid == 0 ? client.etid() : etid, client.etid(), "the address taken over");
      etid = client.etid();
    }

    String device = "device-" + UUID.randomUUID();
    LedDevice led =
        LedDevice.start(
            SmqClient.builder(cluster.node(2).device().toString()).uid(device),
            device,
            Duration.ofSeconds(1),
            timer,
            line -> {});
    try (led) {
      for (NodeProcess node : cluster.nodes()) {
        Await.until(
            node.name() + " to show the device", PATIENCE, () -> devices(node).contains(device));
      }
    }
    clients.forEach(SmqClient::close);
    clients.clear();
  }
}
