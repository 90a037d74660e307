package org.smqcluster.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.client.ClientRecorder.failure;
import static org.smqcluster.client.ClientRecorder.value;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.launcher.ChildProcesses;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/** The Java client on a real cluster of two nodes, over both transports. */
@ExtendWith(SharedCluster.class)
class ClientIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestCluster cluster;
  private final List<SmqClient> clients = new ArrayList<>();
  private final String unique = UUID.randomUUID().toString();

  ClientIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void startNodesThatATestEnded() {
    cluster.restore();
  }

  @AfterEach
  void endClients() {
    clients.forEach(SmqClient::close);
  }

  private String url(int node, String transport) {
    NodeProcess process = cluster.node(node);
    return (transport.equals("ws") ? process.webSocket() : process.device()).toString();
  }

  private SmqClient start(SmqClient.Builder builder) {
    SmqClient client = builder.start();
    clients.add(client);
    value(client.connected());
    return client;
  }

  private SmqClient connect(int node, String transport) {
    return start(SmqClient.builder(url(node, transport)));
  }

  @ParameterizedTest(name = "node {0} {1} to node {2} {3}")
  @CsvSource({"1,smq,1,smq", "1,smq,2,smq", "1,smq,2,ws", "1,ws,2,smq", "2,ws,1,ws"})
  void whatIsPublishedAfterTheSubackArrivesWholeAndInOrder(
      int from, String fromTransport, int to, String toTransport) throws Exception {
    SmqClient publisher = connect(from, fromTransport);
    SmqClient subscriber = connect(to, toTransport);
    BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    String topic = "/it/" + unique;
    value(subscriber.subscribe(topic, received::add));
    byte[] largest = new byte[ProtocolLimits.MAX_PAYLOAD];
    Arrays.fill(largest, (byte) 7);

    publisher.publish(topic, "st", largest);
    for (int i = 0; i < 2_000; i++) {
      publisher.publish(topic, ("" + i).getBytes(UTF_8));
    }

    Message first = received.poll(10, TimeUnit.SECONDS);
    assertTrue(Arrays.equals(largest, first.payload()));
    assertEquals(publisher.etid(), first.publisher());
    assertEquals((int) value(subscriber.createSub("st")), first.subtopic());
    for (int i = 0; i < 2_000; i++) {
      assertEquals("" + i, received.poll(10, TimeUnit.SECONDS).text());
    }
  }

  @Test
  void thePythonClientAnswersAcrossNodesAndAfterItsNodeHasDied() throws Exception {
    SmqClient asking = connect(1, "smq");
    BlockingQueue<String> echoed = new LinkedBlockingQueue<>();
    value(asking.subscribeDirect("echo", message -> echoed.add(message.text())));
    String topic = "/python/" + unique;
    Path raw = Files.createTempFile(Path.of("target"), "python-", ".log");
    Path webSocket = Files.createTempFile(Path.of("target"), "python-", ".log");
    Process one = startPython(topic, "smq", raw);
    Process other = startPython(topic, "ws", webSocket);
    try {
      awaitPrinted(raw, webSocket, "ready");
      asking.publish(topic, "größer".getBytes(UTF_8));
      assertEquals("größer", echoed.poll(10, TimeUnit.SECONDS));
      assertEquals("größer", echoed.poll(10, TimeUnit.SECONDS));
      cluster.node(2).kill();
      awaitPrinted(raw, webSocket, "again");
      asking.publish(topic, "later".getBytes(UTF_8));
      assertEquals("later", echoed.poll(10, TimeUnit.SECONDS));
      assertEquals("later", echoed.poll(10, TimeUnit.SECONDS));
    } finally {
      one.destroyForcibly();
      other.destroyForcibly();
    }
  }

  /** A Python client at node 2, which may go to node 1. */
  private Process startPython(String topic, String transport, Path output) throws Exception {
    return ChildProcesses.start(
        List.of(
            Python.program().toString(),
            Path.of("src", "test", "clients", "echo.py").toString(),
            topic,
            url(2, transport),
            url(1, transport)),
        output);
  }

  private static void awaitPrinted(Path one, Path other, String line) {
    Await.until(
        "Python to be " + line,
        PATIENCE,
        () -> Files.readString(one).contains(line) && Files.readString(other).contains(line));
  }

  @Test
  void aRequestFindsItsWayToAnotherNodeAndBack() {
    SmqClient server = connect(1, "smq");
    SmqClient asking = connect(2, "ws");
    value(
        server.subscribeDirect(
            "it", message -> server.reply(message, message.text().toUpperCase().getBytes())));
    Message reply =
        value(asking.request(server.etid(), "it", "ping".getBytes(UTF_8), Duration.ofSeconds(5)));
    assertEquals("PING", reply.text());
    assertEquals(server.etid(), reply.publisher());
  }

  @Test
  void aTopicHasTheSameTidOnAllNodesAndItsObserverCountsAll() throws Exception {
    SmqClient first = connect(1, "ws");
    SmqClient second = connect(2, "smq");
    String topic = "/it/" + unique;
    int tid = value(first.create(topic));
    BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
    first.observe(tid, counts::add);
    assertEquals(0, counts.poll(5, TimeUnit.SECONDS));
    assertEquals(tid, value(second.subscribe(topic, message -> {})));
    assertEquals(1, counts.poll(5, TimeUnit.SECONDS));
    second.close();
    assertEquals(0, counts.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void aUidThatConnectsToAnotherNodeTakesOverAndTheOldClientStaysAway() throws Exception {
    ClientRecorder events = new ClientRecorder();
    SmqClient old =
        start(
            SmqClient.builder(url(1, "smq"), url(2, "smq"))
                .uid(unique)
                .persistent(true)
                .listener(events));
    int etid = old.etid();
    events.expect("connected " + etid);
    SmqClient young = start(SmqClient.builder(url(2, "ws")).uid(unique));
    assertEquals(etid, young.etid());
    events.expect("disconnected TAKEN_OVER for good");
    assertEquals(Kind.TAKEN_OVER, failure(old.create("a")).kind());
  }

  @ParameterizedTest(name = "by {0}")
  @ValueSource(strings = {"SIGTERM", "SIGKILL"})
  void whenANodeGoesItsClientsAndDevicesGoOnAtTheOther(String signal) throws Exception {
    SmqClient page = connect(2, "ws");
    BlockingQueue<Message> announced = new LinkedBlockingQueue<>();
    value(page.subscribe("/m2m/led/device", "devinfo", announced::add));
    Mover raw = new Mover("smq");
    Mover webSocket = new Mover("ws");
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (LedDevice device =
        LedDevice.start(
            SmqClient.builder(url(1, "smq"), url(2, "smq")).uid(unique),
            unique,
            Duration.ofSeconds(1),
            timer,
            line -> {})) {
      Message info = nextOfThisTest(announced);
      CountDownLatch gone = new CountDownLatch(1);
      page.observe(info.publisher(), count -> gone.countDown());
      page.publish(info.publisher(), new byte[] {3, 1});
      Await.until("LED 3 to be on", Duration.ofSeconds(5), () -> device.isOn(3));

      if (signal.equals("SIGKILL")) {
        cluster.node(1).kill();
      } else {
        cluster.node(1).stop();
      }

      raw.expectToGoOnAtNode2(page);
      webSocket.expectToGoOnAtNode2(page);
      assertTrue(gone.await(20, TimeUnit.SECONDS), "the observer hears that the device is gone");
      Message again = nextOfThisTest(announced);
      assertTrue(again.text().contains("\"color\":\"green\",\"on\":true"), again.text());
      page.publish(again.publisher(), new byte[] {3, 0});
      Await.until("LED 3 to be off", Duration.ofSeconds(5), () -> !device.isOn(3));
    } finally {
      timer.shutdownNow();
    }
  }

  /** The next announcement of this test's device; others may be connected too. */
  private Message nextOfThisTest(BlockingQueue<Message> announced) throws InterruptedException {
    Message message = announced.poll(20, TimeUnit.SECONDS);
    while (message != null && !message.text().contains(unique)) {
      message = announced.poll(20, TimeUnit.SECONDS);
    }
    assertNotNull(message, "the device announces itself");
    return message;
  }

  /** A client that starts at node 1 and has a subscription. */
  private final class Mover {
    private final String transport;
    private final ClientRecorder events = new ClientRecorder();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final SmqClient client;
    private final String topic;
    private final int tid;

    Mover(String transport) throws InterruptedException {
      this.transport = transport;
      this.topic = "/it/" + unique + "/" + transport;
      this.client = start(SmqClient.builder(url(1, transport), url(2, transport)).listener(events));
      events.expect("connected " + client.etid());
      this.tid = value(client.subscribe(topic, message -> received.add(message.text())));
    }

    void expectToGoOnAtNode2(SmqClient other) throws InterruptedException {
      events.await("disconnected CONNECTION_LOST again", PATIENCE);
      events.await("reconnected " + client.etid(), PATIENCE);
      assertTrue(client.address().startsWith(url(2, transport)), client.address());
      other.publish(tid, "by its old TID".getBytes(UTF_8));
      assertEquals("by its old TID", received.poll(5, TimeUnit.SECONDS));
      client.publish(topic, "by its name".getBytes(UTF_8));
      assertEquals("by its name", received.poll(5, TimeUnit.SECONDS));
    }
  }
}
