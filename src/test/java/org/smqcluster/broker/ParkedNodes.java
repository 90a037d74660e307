package org.smqcluster.broker;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.cluster.ClusterConfig;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.NodeState;
import org.smqcluster.protocol.Packet;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;

/**
 * Brokers of several nodes of a real cluster in this process, whose clients are {@link
 * TestClient}s. A client's credentials are the name of its user; topics that begin with {@code
 * /secret} are for the user root.
 */
final class ParkedNodes implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Bytes that are held for a client: more than is published in a second on a busy machine. */
  static final int OUTBOX = 8 * 1024 * 1024;

  private static final TopicPolicy SECRETS =
      new TopicPolicy() {
        @Override
        public boolean maySubscribe(org.smqcluster.broker.spi.Client client, String topic) {
          return !topic.startsWith("/secret") || !forbidden;
        }
      };

  /** Whether secret topics are forbidden by now. */
  static volatile boolean forbidden;

  private final List<ClusterNode> nodes = new ArrayList<>();
  private final List<NodeBroker> brokers = new ArrayList<>();
  private final List<BrokerCluster> clusters = new ArrayList<>();
  private final AtomicLong passed = new AtomicLong();
  private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();

  ParkedNodes(int count, Duration grace, Duration broken) throws IOException {
    this(count, grace, broken, BrokerSettings.DEFAULT.limits().clients(), Integer.MAX_VALUE);
  }

  /** With bounds of a node's clients, and of the bytes that wait for them all. */
  ParkedNodes(int count, Duration grace, Duration broken, int maxClients, long totalBytes)
      throws IOException {
    List<Integer> ports = IntStream.range(0, count).mapToObj(i -> FreePorts.next()).toList();
    List<String> members = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    BrokerSettings base = BrokerSettings.DEFAULT;
    BrokerSettings settings =
        new BrokerSettings(
            new BrokerSettings.Limits(1024, 100_000, 1_000, 1_000, maxClients, 100_000),
            new BrokerSettings.Timeouts(
                base.timeouts().handshake(),
                base.timeouts().idle(),
                base.timeouts().pong(),
                grace,
                broken),
            new BrokerSettings.OutboxSettings(
                OUTBOX, totalBytes, BrokerSettings.OverflowPolicy.DROP),
            base.observeScope());
    BrokerHooks hooks =
        new BrokerHooks(
            request -> {
              String user = new String(request.connect().credentials());
              return CompletableFuture.completedStage(
                  user.isEmpty() ? Authentication.ANONYMOUS : Authentication.as(user));
            },
            SECRETS,
            List.of());
    for (int i = 0; i < count; i++) {
      String name = "node" + (i + 1);
      ClusterNode node =
          ClusterNode.join(
              new ClusterConfig(
                  name,
                  "parking",
                  "local",
                  "127.0.0.1",
                  ports.get(i),
                  members,
                  ClusterConfig.Bus.DEFAULT,
                  Optional.empty(),
                  new ClusterConfig.Self(URI.create("http://127.0.0.1:1"), 1, "test")),
              Optional.empty());
      nodes.add(node);
      NodeBroker[] broker = {null};
      clusters.add(
          node.open(
              "smq",
              cluster -> {
                broker[0] =
                    new NodeBroker(
                        "smq",
                        name,
                        settings,
                        cluster,
                        hooks,
                        () -> true,
                        () -> System.nanoTime() + passed.get());
                return broker[0].listener();
              }));
      brokers.add(broker[0]);
      node.state(NodeState.READY).toCompletableFuture().join();
    }
    Await.until(
        "all nodes to be ready",
        PATIENCE,
        () ->
            nodes.stream()
                .allMatch(
                    node ->
                        node.nodes().stream().filter(n -> n.state() == NodeState.READY).count()
                            == count));
    ticker.scheduleAtFixedRate(
        () -> brokers.forEach(NodeBroker::tick), 50, 50, TimeUnit.MILLISECONDS);
  }

  /** Moves the brokers' clocks on. */
  void pass(Duration time) {
    passed.addAndGet(time.toNanos());
  }

  /** Takes a node out of the cluster, without a word of its clients, whose sessions are told. */
  void kill(int number) {
    brokers
        .get(number - 1)
        .clients()
        .forEach(
            client ->
                clusters
                    .get(number - 1)
                    .describe(client.entry().get(), client.user(), client.subscriptions())
                    .toCompletableFuture()
                    .join());
    killNow(number);
  }

  /** The same at once, whether their sessions are told or not. */
  void killNow(int number) {
    nodes.get(number - 1).abandon();
  }

  BrokerCluster cluster(int number) {
    return clusters.get(number - 1);
  }

  NodeBroker broker(int number) {
    return brokers.get(number - 1);
  }

  List<NodeBroker> brokers() {
    return brokers;
  }

  /** A client that has its Connack. */
  TestClient connect(int node, String uid, String user) {
    TestClient client = new TestClient(broker(node), Transport.RAW);
    client.next(Packet.Init.class);
    client.send(Packet.Connect.version1(uid, user.getBytes(), "test"));
    Packet.Connack connack = await(client, Packet.Connack.class);
    if (connack.etid() == 0) {
      throw new AssertionError(uid + " is refused: " + connack.reason());
    }
    return client;
  }

  TestClient connect(int node, String uid) {
    return connect(node, uid, "");
  }

  /** The next packet, which is of this type. */
  static <T extends Packet> T await(TestClient client, Class<T> type) {
    Await.until("a " + type.getSimpleName(), PATIENCE, client::has);
    return client.next(type);
  }

  /** Subscribes; the Suback is the next packet. */
  static int subscribe(TestClient client, String topic) {
    client.send(new Packet.Subscribe(topic));
    return await(client, Packet.Suback.class).tid();
  }

  /** The payload of the next packet, a message. */
  static String message(TestClient client) {
    return new String(await(client, Packet.Publish.class).payload());
  }

  /** Lets a client go; what it has not read is unwritten, as if its connection took no more. */
  static void letGo(TestClient client) {
    client.session.letGo();
    Await.until("the connection to end", PATIENCE, () -> client.connection.closed() != null);
    client.session.flushed();
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    nodes.forEach(ClusterNode::close);
  }
}
