package org.smqcluster.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.client.SmqClient;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/** All nodes are killed at once under load, and start again from what they have on their disks. */
@ExtendWith(SharedAdminCluster.class)
class PowerCutIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String VALUES = "/admin/last";
  private static final String DEVICE =
      "{\"ipaddr\":\"127.0.0.1\",\"devname\":\"%s\",\"leds\":[{\"id\":1,\"name\":\"one\"}]}";

  private static final Pattern NOTHING_PENDING =
      Pattern.compile("(?m)^smq_state_pending_entries(\\{.*})? 0(\\.0)?$");

  private static TestCluster cluster;

  private final String id = UUID.randomUUID().toString();

  @BeforeAll
  static void start(TestCluster shared) {
    cluster = shared;
  }

  private static SmqClient client(String uid, int node) {
    SmqClient client = SmqClient.builder(cluster.node(node).device().toString()).uid(uid).start();
    value(client.connected());
    return client;
  }

  private static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static void awaitContains(int node, String path, String text) {
    AdminApi admin = new AdminApi(cluster.node(node), "admin");
    Await.until(path + " to have " + text, SOON, () -> admin.get(path).body().contains(text));
  }

  /** Publishes a last value under this test's sub-topic, and waits until node 2 has it. */
  private void publish(SmqClient client, String text) {
    int tid = value(client.create(VALUES));
    value(client.publish(VALUES, id, text.getBytes(UTF_8)));
    awaitContains(2, "/api/topics/" + tid + "/values", "\"text\":\"" + text + "\"");
  }

  private static void awaitWritten() {
    for (NodeProcess node : cluster.nodes()) {
      AdminApi admin = new AdminApi(node, "admin");
      Await.until(
          "the state to be written",
          SOON,
          () -> NOTHING_PENDING.matcher(admin.get("/metrics").body()).find());
    }
  }

  @Test
  void theClusterKnowsWhatItKnewThoughOneNodeHasAnOldStateWithADamagedEnd() throws Exception {
    AdminApi admin = new AdminApi(cluster.node(1), "admin");
    String ban = "/api/bans?kind=uid&value=banned-" + id;
    int tid;
    Path old = Files.createTempDirectory("smq-old-state");
    AtomicBoolean isOver = new AtomicBoolean();
    try (SmqClient client = client("device-" + id, 1)) {
      publish(client, "old " + id);
      awaitWritten();
      copy(SharedAdminCluster.stateOf("node1"), old);
      tid = value(client.create("/power/" + id));
      publish(client, "new " + id);
      value(client.publish("/m2m/led/device", "devinfo", DEVICE.formatted(id).getBytes(UTF_8)));
      awaitContains(2, "/api/devices?search=" + id, "\"total\":1");
      assertEquals(200, admin.status("PUT", ban, "{\"reason\":\"test\"}"));
      awaitContains(2, "/api/bans", id);
      awaitWritten();
      Thread load = new Thread(() -> makeTopics(client, isOver), "load");
      load.start();
      awaitContains(2, "/api/topics?name=/load/" + id + "/50", id + "/50");
      cluster.nodes().forEach(NodeProcess::kill);
      isOver.set(true);
      load.join();
    }
    copy(old, SharedAdminCluster.stateOf("node1"));
    damageEnds(SharedAdminCluster.stateOf("node1"));
    cluster.node(2).start();
    cluster.node(2).awaitReady();
    cluster.restore();
    for (int node : new int[] {1, 2}) {
      try (SmqClient client = client("after-" + id, node)) {
        assertEquals(tid, value(client.create("/power/" + id)));
        int values = value(client.create(VALUES));
        awaitContains(node, "/api/topics/" + values + "/values", "\"text\":\"new " + id + "\"");
      }
      awaitContains(node, "/api/devices?search=" + id, "\"total\":1");
      assertThrows(CompletionException.class, () -> client("banned-" + id, node).close());
    }
    assertTrue(Files.readString(cluster.node(1).log()).contains("are damaged"));
    assertEquals(204, new AdminApi(cluster.node(1), "admin").status("DELETE", ban, null));
  }

  private void makeTopics(SmqClient client, AtomicBoolean isOver) {
    for (int i = 0; !isOver.get(); i++) {
      client.create("/load/" + id + "/" + i);
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : stateFiles(from)) {
      Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void damageEnds(Path directory) throws IOException {
    for (Path file : stateFiles(directory)) {
      Files.write(file, new byte[] {0, 0, 0}, StandardOpenOption.APPEND);
    }
  }

  private static List<Path> stateFiles(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".state")).toList();
    }
  }
}
