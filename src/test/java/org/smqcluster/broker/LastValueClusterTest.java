package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.LastValue;
import org.smqcluster.broker.spi.LastValueSettings;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.cluster.ClusterConfig;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.NodeState;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;

/** Last values on the nodes of a real cluster in this JVM. */
class LastValueClusterTest {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String TOPIC = "kept/topic";

  private List<Integer> ports;
  private Node a;
  private Node b;

  /** A broker in its cluster. */
  private final class Node implements AutoCloseable {

    final ClusterNode cluster;
    private NodeBroker broker;

    Node(String name, int port) throws Exception {
      cluster =
          ClusterNode.join(
              new ClusterConfig(
                  name,
                  "last-values",
                  "local",
                  "127.0.0.1",
                  port,
                  ports.stream().map(member -> "127.0.0.1:" + member).toList(),
                  ClusterConfig.Bus.DEFAULT,
                  Optional.empty(),
                  new ClusterConfig.Self(URI.create("http://127.0.0.1:1"), 1, "test")),
              Optional.empty());
      cluster.open(
          "default",
          own -> {
            broker = new NodeBroker("default", name, BrokerSettings.DEFAULT, own, BrokerHooks.NONE);
            return broker.listener();
          });
      broker.keepLastValues(
          new LastValueSettings(topic -> topic.startsWith("kept/"), 100, 10_000),
          cluster.records("last-values-default", 100, 10_000));
      cluster.state(NodeState.READY);
    }

    /** A client that has its Connack. */
    TestClient client(String uid) {
      TestClient client = new TestClient(broker, org.smqcluster.broker.spi.Transport.RAW);
      client.connect(uid);
      Packet.Connack connack = (Packet.Connack) await(client);
      assertEquals(client.etid(), connack.etid());
      return client;
    }

    Optional<Topic> topic() {
      return broker.topics().find(TOPIC);
    }

    List<String> values() {
      return topic().map(Topic::lastValues).orElse(List.of()).stream()
          .map(LastValue::payload)
          .map(payload -> new String(payload, StandardCharsets.UTF_8))
          .toList();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  private static Packet await(TestClient client) {
    Await.until("a packet", BOUND, client::has);
    return client.next(Packet.class);
  }

  @BeforeEach
  void start() throws Exception {
    ports = List.of(FreePorts.next(), FreePorts.next());
    a = new Node("a", ports.get(0));
    b = new Node("b", ports.get(1));
    Await.until("both nodes", BOUND, () -> a.cluster.nodes().size() == 2);
  }

  @AfterEach
  void stop() {
    Stream.of(a, b).forEach(Node::close);
  }

  private static int create(TestClient client) {
    client.send(new Packet.Create(TOPIC));
    return ((Packet.Createack) await(client)).tid();
  }

  private static String text(Packet message) {
    return new String(((Publish) message).payload(), StandardCharsets.UTF_8);
  }

  private static int number(Publish message) {
    return Integer.parseInt(text(message));
  }

  /**
   * While a client of one node publishes numbers, clients of both come and go: each must get the
   * last number after its Suback, and then every further one, once.
   */
  @Test
  void everySubscriberGetsTheLastValueAndThenEveryOneThatFollowsOnAnyNode() throws Exception {
    TestClient publisher = a.client("publisher");
    int tid = create(publisher);
    AtomicInteger sent = new AtomicInteger();
    publisher.publish(tid, "" + sent.get());
    Await.until("the value on the other node", BOUND, () -> b.values().equals(List.of("0")));
    Thread publishing =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                publisher.publish(tid, "" + (sent.get() + 1));
                sent.incrementAndGet();
                for (int i = ThreadLocalRandom.current().nextInt(20_000); i > 0; i--) {
                  Thread.onSpinWait();
                }
              }
            });
    publishing.start();
    try {
      for (int round = 0; round < 60; round++) {
        Node node = round % 2 == 0 ? b : a;
        TestClient subscriber = node.client("subscriber-" + round);
        int before = sent.get();
        subscriber.send(new Packet.Subscribe(TOPIC));
        assertTrue(((Packet.Suback) await(subscriber)).accepted());
        int first = number((Publish) await(subscriber));
        // on the other node, what was sent in the last moments may be on its way
        assertTrue(node == b || first >= before, first + " is older than " + before);
        for (int next = first + 1; next < first + 50; next++) {
          assertEquals(next, number((Publish) await(subscriber)));
        }
        subscriber.session.end(org.smqcluster.broker.spi.CloseReason.CLIENT_DISCONNECT, "");
      }
    } finally {
      publishing.interrupt();
      publishing.join();
    }
    int last = sent.get();
    Await.until(
        "the last value on both nodes",
        BOUND,
        () -> a.values().equals(List.of("" + last)) && b.values().equals(a.values()));
  }

  @Test
  void itSurvivesItsNodeAndIsThereForOneThatComes() throws Exception {
    TestClient publisher = b.client("publisher");
    int tid = create(publisher);
    publisher.publish(tid, "kept");
    publisher.send(Publish.of(tid, publisher.etid(), 7, new byte[] {'s'}));
    publisher.send(Publish.of(tid, publisher.etid(), 8, new byte[] {'r'}));
    publisher.send(Publish.of(tid, publisher.etid(), 8, new byte[0]));
    assertTrue(b.cluster.awaitDelivered(BOUND));
    b.close();
    Await.until("the death", BOUND, () -> a.cluster.nodes().size() == 1);
    Await.until(
        "the values in the map, whether b wrote them or not",
        BOUND,
        () -> {
          a.broker.tick();
          return a.cluster.records().get("last-values-default").size() == 2;
        });
    b = new Node("b", ports.get(1));
    for (Node node : List.of(a, b)) {
      TestClient subscriber = node.client("subscriber");
      subscriber.send(new Packet.Subscribe(TOPIC));
      assertTrue(((Packet.Suback) await(subscriber)).accepted());
      assertEquals(Set.of("kept", "s"), Set.of(text(await(subscriber)), text(await(subscriber))));
      subscriber.expectNothing();
    }
  }

  @Test
  void whatAdministrationRemovesIsGoneOnAllNodes() throws Exception {
    TestClient publisher = a.client("publisher");
    int tid = create(publisher);
    publisher.publish(tid, "1");
    Await.until("the value on the other node", BOUND, () -> b.values().equals(List.of("1")));
    assertTrue(b.broker.removeLastValue(tid, 0));
    Await.until("its end", BOUND, () -> a.values().isEmpty());
    publisher.publish(tid, "2");
    Await.until("the next value", BOUND, () -> b.values().equals(List.of("2")));
  }
}
