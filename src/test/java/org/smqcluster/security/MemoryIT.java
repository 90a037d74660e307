package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;
import org.smqcluster.transport.websocket.WebSocketPeer;

/**
 * A node and hostile clients: they cannot fill its heap, the default or a small one, and others go
 * on.
 */
class MemoryIT {

  private static final int CLIENTS = 2000;
  private static final int WINDOW = 500;
  private static final int DEVICES = 2000;
  private static final int BATCH = 100;
  private static final String STUCK = "/stuck";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");
  private static final Pattern HEAP_MAX = Pattern.compile("\"heapMax\":(\\d+)");

  @Test
  void longInfosAndLongNamesLeaveThirtyPercentOfTheHeap() throws Exception {
    try (NodeProcess node = NodeProcess.builder("besieged").start()) {
      node.awaitReady();
      long max = max(node);
      long before = used(node);
      List<WireClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(connect(node, "big-info-" + i, "i".repeat(60_000)));
        }
        long perClient = (used(node) - before) / CLIENTS;
        assertTrue(perClient < 10_000, "a client with a long info takes " + perClient);
      } finally {
        for (WireClient client : clients) {
          client.close();
        }
      }
      try (WireClient client = connect(node, "long-names", "")) {
        int topics = create(client, true);
        int more = create(client, false);
        assertTrue(topics > 10_000, "created " + topics);
        assertEquals(0, more);
        long share = 100 * used(node) / max;
        assertTrue(share < 70, share + " % of the heap are in use");
        assertTrue(client.subscribe(name(0)).accepted());
      }
      try (WireClient other = connect(node, "bystander", "")) {
        assertTrue(other.subscribe(name(1)).accepted());
      }
      assertTrue(Files.size(node.log()) < 500_000, "the log has " + Files.size(node.log()));
    }
  }

  /** Each device has as much as an announcement can bring. */
  @Test
  void thousandsOfDevicesThatAreGoneLeaveRoomAndNoAnswerTellsAll() throws Exception {
    String leds =
        IntStream.range(0, 256)
            .mapToObj(id -> "{\"id\":%d,\"name\":\"%s\"}".formatted(id, "n".repeat(31)))
            .collect(Collectors.joining(","));
    byte[] device =
        "{\"devname\":\"%s\",\"leds\":[%s]}"
            .formatted("d".repeat(100), leds)
            .getBytes(StandardCharsets.UTF_8);
    try (TestCluster cluster = TestCluster.start(2)) {
      announce(cluster.node(1), device);
      for (int i = 1; i <= 2; i++) {
        NodeProcess node = cluster.node(i);
        String page = node.get("/api/led/devices?online=false");
        assertTrue(page.length() < 500_000, "an answer has " + page.length());
        assertFalse(page.contains("fleeting-"), "visitors see UIDs");
        Await.until(
            "the devices to fit", SOON, () -> number(node, "bytes") <= number(node, "bytesMax"));
        assertTrue(number(node, "devices") > 100);
        askAtOnce(node, "/api/devices?limit=1000");
        long share = 100 * used(node) / max(node);
        assertTrue(share < 70, node.name() + " has " + share + " % of the heap in use");
        assertTrue(Files.size(node.log()) < 100_000, "the log has " + Files.size(node.log()));
      }
      assertTrue(number(cluster.node(1), "evicted") > 500);
    }
  }

  /** Clients that come, announce a device and go. */
  private static void announce(NodeProcess node, byte[] device) throws IOException {
    int topic;
    int subtopic;
    try (WireClient first = WireClient.open(node.devicePort()).connect("first-device", "")) {
      topic = first.create("/m2m/led/device").tid();
      first.send(new Packet.Createsub("devinfo"));
      subtopic = ((Packet.Createsuback) first.next()).subtid();
    }
    for (int announced = BATCH; announced <= DEVICES; announced += BATCH) {
      List<WireClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < BATCH; i++) {
          String uid = "fleeting-" + (announced - i);
          WireClient client = WireClient.open(node.devicePort()).connect(uid, "");
          clients.add(client);
          client.send(Packet.Publish.of(topic, client.etid(), subtopic, device));
        }
        int sent = announced;
        Await.until(
            "the devices to be known",
            SOON,
            () -> number(node, "devices") + number(node, "evicted") >= sent);
      } finally {
        for (WireClient client : clients) {
          client.close();
        }
      }
    }
  }

  /**
   * Each is left in the middle of a write. A buffer for each would be 188 MiB of direct memory for
   * devices and 125 MiB of the heap for browsers; outboxes hold 120 MB for a moment.
   */
  @Test
  void thousandsOfSubscribersThatDoNotReadTakeNoBufferEach() throws Exception {
    NodeProcess.Builder small =
        NodeProcess.builder("stuck")
            .jvmOption("-Xmx256m")
            .jvmOption("-XX:MaxDirectMemorySize=176m");
    List<AutoCloseable> stuck = new ArrayList<>();
    try (NodeProcess node = small.start().awaitReady()) {
      for (int i = 0; i < 4000; i++) {
        if (i % 4 == 0) {
          WebSocketPeer browser = WebSocketPeer.connected(node.httpPort());
          stuck.add(browser);
          browser.subscribe(STUCK);
        } else {
          WireClient device = connect(node, "stuck-" + i, "");
          stuck.add(device);
          assertTrue(device.subscribe(STUCK).accepted());
        }
      }
      try (WireClient publisher = WireClient.open(node.devicePort()).connect("publisher", "")) {
        int topic = publisher.create(STUCK).tid();
        for (int i = 0; i < 100; i++) {
          publisher.send(Packet.Publish.of(topic, publisher.etid(), 0, new byte[8_000]));
        }
        publisher.subscribe("/when/all/are/published");
      }
      long share = 100 * used(node) / max(node);
      assertTrue(share < 70, share + " % of the heap are in use");
      try (WireClient other = WireClient.open(node.devicePort()).connect("bystander", "")) {
        int topic = other.subscribe("/bystander").tid();
        other.send(Packet.Publish.of(topic, other.etid(), 0, new byte[30_000]));
        assertEquals(30_000, ((Packet.Publish) other.next()).payload().length);
      }
    } finally {
      for (AutoCloseable client : stuck) {
        client.close();
      }
    }
  }

  /** Each of these has no more than its address may have. */
  @Test
  void connectionsThatFinishNoRequestAreFewWhateverTheirAddresses() throws Exception {
    byte[] head = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".getBytes(StandardCharsets.UTF_8);
    List<SocketChannel> begun = new ArrayList<>();
    try (NodeProcess node = NodeProcess.builder("begun").jvmOption("-Xmx128m").start()) {
      node.awaitReady();
      for (int i = 0; i < 1500; i++) {
        SocketChannel peer = SocketChannel.open();
        begun.add(peer);
        peer.bind(new InetSocketAddress("127.0.1." + (1 + i % 50), 0));
        peer.connect(new InetSocketAddress("127.0.0.1", node.httpPort()));
        peer.write(ByteBuffer.wrap(head));
        peer.configureBlocking(false);
      }
      // unfinished requests are ended after ten seconds
      Await.value(
          "the oldest to be closed",
          Duration.ofSeconds(8),
          () -> begun.stream().filter(MemoryIT::isOpen).count(),
          open -> open <= 256);
      assertEquals(200, node.status("/"));
    } finally {
      for (SocketChannel peer : begun) {
        peer.close();
      }
    }
  }

  private static boolean isOpen(SocketChannel peer) {
    try {
      return peer.read(ByteBuffer.allocate(1)) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void askAtOnce(NodeProcess node, String path) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      Callable<String> ask = () -> node.get(path);
      for (Future<String> answer : threads.invokeAll(Collections.nCopies(40, ask))) {
        assertTrue(answer.get().length() < 10_000_000);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** A number of what the node says of its devices. */
  private static long number(NodeProcess node, String name) {
    String use = node.get("/api/devices?limit=1");
    return Pattern.compile("\"" + name + "\":(\\d+)")
        .matcher(use)
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .findFirst()
        .orElseThrow();
  }

  private static WireClient connect(NodeProcess node, String uid, String info) throws IOException {
    WireClient client = WireClient.open(node.devicePort());
    client.send(Packet.Connect.version1(uid, new byte[0], info));
    Packet.Connack connack = (Packet.Connack) client.next();
    assertEquals(ConnackCode.ACCEPTED, connack.code());
    return client;
  }

  private static String name(int number) {
    return "%08d".formatted(number) + "x".repeat(1016);
  }

  /** Creates names until a whole window is refused; how many were accepted. */
  private static int create(WireClient client, boolean topics) throws IOException {
    int created = 0;
    for (int window = 0; window < 200; window++) {
      for (int i = 0; i < WINDOW; i++) {
        String name = name(window * WINDOW + i);
        client.send(topics ? new Packet.Create(name) : new Packet.Createsub(name));
      }
      int accepted = 0;
      for (int i = 0; i < WINDOW; i++) {
        Packet answer = client.next();
        boolean ok =
            answer instanceof Packet.Createack topic
                ? topic.accepted()
                : ((Packet.Createsuback) answer).accepted();
        accepted += ok ? 1 : 0;
      }
      if (accepted == 0) {
        return created;
      }
      created += accepted;
    }
    throw new AssertionError("there is no bound");
  }

  /** Bytes of the heap in use after a collection. */
  private static long used(NodeProcess node) {
    node.jcmd("GC.run");
    return 1024
        * USED.matcher(node.jcmd("GC.heap_info"))
            .results()
            .map(MatchResult::group)
            .mapToLong(text -> Long.parseLong(text.replaceAll(".*used (\\d+)K", "$1")))
            .sum();
  }

  private static long max(NodeProcess node) {
    return HEAP_MAX
        .matcher(node.get("/api/cluster"))
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .findFirst()
        .orElseThrow();
  }
}
