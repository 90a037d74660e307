package org.smqcluster.broker;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /** A node from its start to its end; of those that are started again, each is another. */
  static final class Life {

    final int number;
    final ClusterNode node;
    final BrokerCluster cluster;
    final NodeBroker broker;

    /** Whether it takes no clients, yet or any more. */
    volatile boolean isLeaving;

    /** Whether it was killed, so that its clients have no connection any more. */
    volatile boolean isDead;

    private Life(int number, ClusterNode node, BrokerCluster cluster, NodeBroker broker) {
      this.number = number;
      this.node = node;
      this.cluster = cluster;
      this.broker = broker;
    }

    @Override
    public String toString() {
      return broker.nodeName();
    }
  }

  private final List<Integer> ports;
  private final BrokerSettings settings;
  private final BrokerHooks hooks;

  /** By number, from 0. */
  private final List<Life> lives = new CopyOnWriteArrayList<>();

  /** Killed and replaced. */
  private final List<Life> former = new CopyOnWriteArrayList<>();

  private final AtomicLong passed = new AtomicLong();
  private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();

  ParkedNodes(int count, Duration grace, Duration broken) throws IOException {
    this(count, grace, broken, BrokerSettings.DEFAULT.limits().clients(), Integer.MAX_VALUE);
  }

  /** With bounds of a node's clients, and of the bytes that wait for them all. */
  ParkedNodes(int count, Duration grace, Duration broken, int maxClients, long totalBytes)
      throws IOException {
    ports = IntStream.range(0, count).mapToObj(i -> FreePorts.next()).toList();
    BrokerSettings base = BrokerSettings.DEFAULT;
    settings =
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
    hooks =
        new BrokerHooks(
            request -> {
              String user = new String(request.connect().credentials());
              return CompletableFuture.completedStage(
                  user.isEmpty() ? Authentication.ANONYMOUS : Authentication.as(user));
            },
            SECRETS,
            List.of());
    for (int number = 1; number <= count; number++) {
      lives.add(begin(number));
    }
    awaitReady();
    ticker.scheduleAtFixedRate(this::tick, 50, 50, TimeUnit.MILLISECONDS);
  }

  private Life begin(int number) throws IOException {
    String name = "node" + number;
    ClusterNode node =
        ClusterNode.join(
            new ClusterConfig(
                name,
                "parking",
                "local",
                "127.0.0.1",
                ports.get(number - 1),
                ports.stream().map(port -> "127.0.0.1:" + port).toList(),
                ClusterConfig.Bus.DEFAULT,
                Optional.empty(),
                new ClusterConfig.Self(URI.create("http://127.0.0.1:1"), 1, "test")),
            Optional.empty());
    NodeBroker[] broker = {null};
    BrokerCluster cluster =
        node.open(
            "smq",
            opened -> {
              broker[0] =
                  new NodeBroker(
                      "smq",
                      name,
                      settings,
                      opened,
                      hooks,
                      () -> true,
                      () -> System.nanoTime() + passed.get());
              return broker[0].listener();
            });
    node.state(NodeState.READY).toCompletableFuture().join();
    return new Life(number, node, cluster, broker[0]);
  }

  private void awaitReady() {
    Await.until(
        "all nodes to be ready",
        PATIENCE,
        () ->
            lives.stream()
                .allMatch(
                    life ->
                        life.node.nodes().stream()
                                .filter(each -> each.state() == NodeState.READY)
                                .count()
                            == lives.size()));
  }

  /** Starts a node again that was stopped or killed. */
  void start(int number) throws IOException {
    Life old = life(number);
    if (old.isDead) {
      former.add(old);
    }
    Life life = begin(number);
    // not before it has found the others: alone, it knows none of their clients
    life.isLeaving = true;
    lives.set(number - 1, life);
    awaitReady();
    life.isLeaving = false;
  }

  /** Stops a node: it lets its clients go, waits until others have them, and leaves. */
  void stop(int number) {
    Life life = life(number);
    life.isLeaving = true;
    life.broker.draining(true);
    life.node.state(NodeState.DRAINING).toCompletableFuture().join();
    Await.until(
        "the clients of " + life + " to go",
        PATIENCE,
        () -> {
          life.broker.letGo(Integer.MAX_VALUE);
          return life.broker.connections() == 0
              && life.broker.flushing() == 0
              && life.broker.parkedForOthers() == 0;
        });
    life.node.close();
  }

  /** Moves the brokers' clocks on; a client that connects after it is none of the time before. */
  void pass(Duration time) {
    passed.addAndGet(time.toNanos());
    CompletableFuture.runAsync(this::tick, ticker).join();
  }

  private void tick() {
    lives.forEach(life -> life.broker.tick());
  }

  /** Takes a node out of the cluster, without a word of its clients, whose sessions are told. */
  void kill(int number) {
    Life life = life(number);
    life.broker
        .clients()
        .forEach(
            client ->
                life.cluster
                    .describe(client.entry().get(), client.user(), client.subscriptions())
                    .toCompletableFuture()
                    .join());
    killNow(number);
  }

  /** The same at once, whether their sessions are told or not. */
  void killNow(int number) {
    Life life = life(number);
    life.isLeaving = true;
    life.isDead = true;
    life.node.abandon();
  }

  Life life(int number) {
    return lives.get(number - 1);
  }

  List<Life> lives() {
    return lives;
  }

  BrokerCluster cluster(int number) {
    return life(number).cluster;
  }

  NodeBroker broker(int number) {
    return life(number).broker;
  }

  List<NodeBroker> brokers() {
    return lives.stream().map(life -> life.broker).toList();
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
    Stream.concat(lives.stream(), former.stream()).forEach(life -> life.node.close());
  }
}
