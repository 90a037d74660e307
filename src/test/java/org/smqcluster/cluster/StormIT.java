package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/** Clients that change replicated state as fast as they can, on three nodes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StormIT {

  /** More than this proves nothing that less does not: the freeze came within seconds. */
  private static final int STORM_SECONDS = Integer.getInteger("smq.test.storm.seconds", 12);

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration ALIKE_WITHIN = Duration.ofSeconds(2);
  private static final int LOG_BYTES = 100_000;
  private static final int LEDS = 4;
  private static final int STATUS_OF_A_STUCK_NODE = 70;
  private static final int DEBUG_PORT = FreePorts.next();

  private static TestCluster cluster;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<StormClient> clients = new CopyOnWriteArrayList<>();
  private final AtomicInteger probes = new AtomicInteger();
  private final AtomicLong longestWait = new AtomicLong();
  private volatile StormClient flipping;
  private long end;
  private List<Long> logs;

  @BeforeAll
  static void startThreeNodes() {
    cluster =
        TestCluster.start(
            3,
            node ->
                node.name().equals("node3")
                    ? node.jvmOption(
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:"
                            + DEBUG_PORT)
                    : node);
  }

  @AfterAll
  static void endThem() {
    cluster.close();
  }

  @BeforeEach
  void begin() throws IOException {
    end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STORM_SECONDS);
    logs = logSizes();
  }

  @AfterEach
  void stop() throws IOException {
    threads.shutdownNow();
    for (StormClient client : clients) {
      client.close();
    }
  }

  private StormClient connect(NodeProcess node, String uid) throws IOException {
    StormClient client = StormClient.connect(node, uid);
    clients.add(client);
    return client;
  }

  private static List<Long> logSizes() throws IOException {
    List<Long> sizes = new ArrayList<>();
    for (NodeProcess node : cluster.nodes()) {
      sizes.add(Files.size(node.log()));
    }
    return sizes;
  }

  /** Connects and subscribes to a new topic at every node, again and again. */
  private List<Future<?>> probe() {
    return cluster.nodes().stream().<Future<?>>map(node -> threads.submit(probe(node))).toList();
  }

  private Callable<Void> probe(NodeProcess node) {
    return () -> {
      while (System.nanoTime() < end) {
        int number = probes.incrementAndGet();
        long begun = System.nanoTime();
        try (StormClient client = StormClient.connect(node, "probe-" + number)) {
          client.subscribe("probe/" + number);
          longestWait.accumulateAndGet(System.nanoTime() - begun, Math::max);
        }
        Thread.sleep(200);
      }
      return null;
    };
  }

  private void assertNoClientWaitedAndNothingWasLogged(List<Future<?>> probing) throws Exception {
    for (Future<?> each : probing) {
      each.get(60, TimeUnit.SECONDS);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(longestWait.get());
    assertTrue(millis <= LONGEST_WAIT.toMillis(), "a new client waited " + millis + " ms");
    List<Long> now = logSizes();
    for (int i = 0; i < now.size(); i++) {
      assertTrue(now.get(i) - logs.get(i) < LOG_BYTES, "a log grew to " + now + " from " + logs);
    }
  }

  @Test
  @Order(1)
  void afterAFloodOfDeviceStatesAllNodesShowTheLastAndNoClientWaited() throws Exception {
    List<Future<?>> probing = probe();
    Future<Integer> temperature = threads.submit(this::floodOfTemperatures);
    Future<Integer> leds = threads.submit(this::floodOfLeds);
    Future<Integer> topic = threads.submit(this::floodOfSubscriptions);
    int lastTemperature = temperature.get(STORM_SECONDS + 60L, TimeUnit.SECONDS);
    long settled = System.nanoTime();
    int lastLeds = leds.get(60, TimeUnit.SECONDS);
    Await.until(
        "temperature " + lastTemperature,
        ALIKE_WITHIN,
        () -> onAllNodes("storm-temp", device -> device.getInt("temp") == lastTemperature));
    assertTrue(System.nanoTime() - settled < TimeUnit.SECONDS.toNanos(30), "took too long");
    Await.until(
        "LEDs " + lastLeds,
        ALIKE_WITHIN,
        () -> onAllNodes("storm-leds", device -> isLit(device, lastLeds)));
    assertReached(topic.get(60, TimeUnit.SECONDS));
    assertNoClientWaitedAndNothingWasLogged(probing);
  }

  private StormClient announce(NodeProcess node, String uid) throws IOException {
    StormClient device = connect(node, uid);
    StringBuilder leds = new StringBuilder();
    for (int id = 0; id < LEDS; id++) {
      leds.append(id == 0 ? "" : ",")
          .append("{\"id\":%d,\"name\":\"l\",\"color\":\"red\",\"on\":false}".formatted(id));
    }
    String info = "{\"devname\":\"%s\",\"leds\":[%s],\"temp\":0}".formatted(uid, leds);
    device.publish(
        device.create("/m2m/led/device"),
        device.createSubtopic("devinfo"),
        info.getBytes(StandardCharsets.UTF_8));
    device.settle();
    Await.until("device " + uid, Duration.ofSeconds(10), () -> device(node, uid).isPresent());
    return device;
  }

  /** Returns the last temperature. */
  private int floodOfTemperatures() throws IOException {
    StormClient device = announce(cluster.node(1), "storm-temp");
    int topic = device.create("/m2m/temp");
    int sent =
        device.flood(
            end,
            i ->
                Packet.Publish.of(
                    topic,
                    device.etid(),
                    0,
                    new byte[] {(byte) (i % 30000 >> 8), (byte) (i % 30000)}));
    device.settle();
    return (sent - 1) % 30000;
  }

  /** Returns the LEDs that are on, as bits. */
  private int floodOfLeds() throws IOException {
    StormClient device = announce(cluster.node(2), "storm-leds");
    int topic = device.create("/m2m/led/device");
    int led = device.createSubtopic("led");
    device.flood(
        end,
        i ->
            Packet.Publish.of(
                topic, device.etid(), led, new byte[] {(byte) (i % LEDS), (byte) (i / LEDS & 1)}));
    int last = 0b0101;
    for (int id = 0; id < LEDS; id++) {
      device.publish(topic, led, new byte[] {(byte) id, (byte) (last >> id & 1)});
    }
    device.settle();
    return last;
  }

  /** Returns a topic that the client is subscribed to at last. */
  private int floodOfSubscriptions() throws IOException {
    StormClient client = connect(cluster.node(3), "storm-flips");
    int topic = client.create("storm/flips");
    client.flood(
        end, i -> i % 2 == 0 ? new Packet.Subscribe("storm/flips") : new Packet.Unsubscribe(topic));
    client.subscribe("storm/flips");
    // answers come in the order of the questions: all subscriptions are settled then
    client.subscribe("storm/flips/end");
    flipping = client;
    return topic;
  }

  private void assertReached(int topic) throws IOException {
    for (NodeProcess node : cluster.nodes()) {
      try (StormClient publisher = StormClient.connect(node, "storm-publisher")) {
        publisher.publish(topic, 0, new byte[1]);
        Await.until(
            "a message from " + node.name(),
            ALIKE_WITHIN,
            () -> flipping.received(Packet.Publish.class));
        flipping.settle();
      }
    }
  }

  /** What the LED page of a node shows of a device. */
  private static Optional<JsonObject> device(NodeProcess node, String name) {
    String page = node.get("/api/led/devices?search=" + name);
    return Json.createReader(new StringReader(page))
        .readObject()
        .getJsonArray("items")
        .getValuesAs(JsonObject.class)
        .stream()
        .filter(device -> device.getString("devname").equals(name))
        .findAny();
  }

  private static boolean onAllNodes(String name, Predicate<JsonObject> state) {
    return cluster.nodes().stream().allMatch(node -> device(node, name).filter(state).isPresent());
  }

  private static boolean isLit(JsonObject device, int lit) {
    return device.getJsonArray("leds").getValuesAs(JsonObject.class).stream()
        .allMatch(led -> led.getBoolean("on") == ((lit >> led.getInt("id") & 1) == 1));
  }

  @Test
  @Order(2)
  void takeoversOfAFewUidsOnAllNodesDelayNoOtherClient() throws Exception {
    List<Future<?>> probing = probe();
    AtomicInteger made = new AtomicInteger();
    List<Future<?>> churn = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      NodeProcess node = cluster.node(1 + i % 3);
      String uid = "storm-uid-" + i / 3 % 3;
      churn.add(
          threads.submit(
              () -> {
                while (System.nanoTime() < end) {
                  made.incrementAndGet();
                  try (StormClient client = StormClient.open(node, uid)) {
                    while (!client.isClosed() && System.nanoTime() < end) {
                      Thread.sleep(2);
                    }
                  }
                }
                return null;
              }));
    }
    for (Future<?> each : churn) {
      each.get(STORM_SECONDS + 60L, TimeUnit.SECONDS);
    }
    assertNoClientWaitedAndNothingWasLogged(probing);
    assertTrue(made.get() > 100, made + " connections");
    for (NodeProcess node : cluster.nodes()) {
      StormClient.connect(node, "storm-uid-0").close();
    }
    Await.until(
        "no UID to be left on any node",
        Duration.ofSeconds(10),
        () -> cluster.nodes().stream().allMatch(node -> metric(node, "smq_cluster_clients") == 0));
  }

  private static double metric(NodeProcess node, String name) {
    return node.get("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The thread where all writes begin is suspended, as one that waits for good would be. */
  @Test
  @Order(3)
  void aNodeWhoseWritesDoNotEndLetsItsClientsGoAndEndsToBeStartedAgain() throws Exception {
    NodeProcess stuck = cluster.node(3);
    StormClient client = connect(stuck, "of-a-stuck-node");
    VirtualMachine machine = attach();
    thread(machine, "smq-cluster-writes").suspend();
    Await.until(
        "health to say so", Duration.ofSeconds(60), () -> !stuck.isAlive() || unhealthy(stuck));
    Await.until("its client to be let go", Duration.ofSeconds(5), client::isClosed);
    assertFalse(client.received(Packet.Disconnect.class), "browser clients would give up");
    stuck.awaitEnd(Duration.ofSeconds(20));
    assertEquals(STATUS_OF_A_STUCK_NODE, stuck.exitStatus());
    assertTrue(Files.readString(stuck.log()).contains("Node node3 is stuck"));
    StormClient.connect(cluster.node(1), "of-a-stuck-node").close();
    cluster.restore();
    StormClient.connect(stuck, "of-a-stuck-node").close();
  }

  private static boolean unhealthy(NodeProcess node) {
    try {
      return node.status("/health/live") == 503 && node.status("/health/ready") == 503;
    } catch (RuntimeException e) {
      return !node.isAlive();
    }
  }

  private static VirtualMachine attach() throws Exception {
    AttachingConnector socket =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
            .findAny()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = socket.defaultArguments();
    arguments.get("hostname").setValue("127.0.0.1");
    arguments.get("port").setValue(Integer.toString(DEBUG_PORT));
    return socket.attach(arguments);
  }

  private static ThreadReference thread(VirtualMachine machine, String name) {
    return machine.allThreads().stream()
        .filter(thread -> thread.name().startsWith(name))
        .findAny()
        .orElseThrow();
  }
}
