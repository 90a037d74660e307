package org.smqcluster.node;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.cluster.NodeState;

/**
 * The node of this process: its place in the cluster and its brokers. Thread-safe. An injected one
 * may be held before the node is started; then every method but {@link #isStarted} throws {@link
 * IllegalStateException}, as it does after the node has stopped.
 */
@ApplicationScoped
public class SmqNode {

  /** Time that a stopping node gives other nodes to take what was meant for them. */
  private static final Duration LAST_DELIVERY = Duration.ofSeconds(5);

  private static final long POLL_MILLIS = 20;

  private record Running(
      ClusterNode cluster,
      NodeOrigins origins,
      List<HostedBroker> brokers,
      Drain drain,
      Balancer balancer) {}

  /** Null before the start and after the end. */
  private volatile Running running;

  /** The node is in the cluster and has its brokers; it takes no clients yet. */
  public void started(
      ClusterNode cluster, List<HostedBroker> brokers, Drain drain, Balancer balancer) {
    NodeOrigins origins = new NodeOrigins(cluster.self().httpUrl());
    cluster.watch(origins);
    running = new Running(cluster, origins, List.copyOf(brokers), drain, balancer);
  }

  /** The node has stopped, or failed to start. */
  public void stopped() {
    running = null;
  }

  private Running running() {
    Running node = running;
    if (node == null) {
      throw new IllegalStateException("the SMQ node is not started");
    }
    return node;
  }

  /** Whether the node is started and not stopped yet. */
  public boolean isStarted() {
    return running != null;
  }

  /** The node's name, unique in the cluster. */
  public String name() {
    return cluster().self().name();
  }

  /** The node's place in its life. */
  public NodeState state() {
    return cluster().self().state();
  }

  /** The node's membership of the cluster. */
  public ClusterNode cluster() {
    return running().cluster();
  }

  /**
   * The HTTP origins of the cluster's nodes, including those that have left: their pages may still
   * be open in browsers. Bounded; the oldest are forgotten.
   */
  public Collection<URI> origins() {
    return running().origins().addresses();
  }

  /** The node's brokers, in the order of {@code smq.brokers}. */
  public List<Broker> brokers() {
    return running().brokers().stream().<Broker>map(HostedBroker::broker).toList();
  }

  /**
   * A broker.
   *
   * @param name its name; empty for the first
   * @throws IllegalArgumentException if no broker has this name
   */
  public Broker broker(String name) {
    return hosted(name).broker();
  }

  /** The in-process client of a broker; as {@link #broker}. */
  public BrokerClient brokerClient(String name) {
    return hosted(name).client();
  }

  private HostedBroker hosted(String name) {
    return running().brokers().stream()
        .filter(hosted -> name.isEmpty() || hosted.broker().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("smq.brokers has no broker named " + name));
  }

  /** The brokers by the paths of their URLs. */
  public Map<String, SessionAcceptor> brokersByPath() {
    return running().brokers().stream()
        .flatMap(hosted -> hosted.paths().stream().map(path -> Map.entry(path, hosted.broker())))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Accepts clients, or accepts them again after a drain. */
  public void serve() {
    running().drain().cancel();
    running().brokers().forEach(hosted -> hosted.broker().draining(false));
    cluster().state(NodeState.READY);
  }

  /**
   * Refuses new clients and disconnects the others at the rate of {@code smq.drain.rate}. Returns
   * at once; {@link #serve} takes it back.
   */
  public void drain() {
    cluster().state(NodeState.DRAINING);
    running().brokers().forEach(hosted -> hosted.broker().draining(true));
    running().drain().start(running().brokers());
  }

  /** Drains, and waits until all clients are gone or {@code smq.drain.timeout} is over. */
  public void drainAndWait() {
    drain();
    running().drain().await();
  }

  /** Disconnects surplus clients once if this node has clearly more than the others. */
  public void rebalance() {
    running().balancer().runOnce();
  }

  /**
   * The state that a broker shares with the brokers of its name on other nodes; as {@link #broker}.
   */
  public BrokerCluster brokerCluster(String name) {
    return hosted(name).cluster();
  }

  /** Number of clients that are connected to this node, of all brokers. */
  public int clients() {
    return brokers().stream().map(Broker::clients).mapToInt(Collection::size).sum();
  }

  /**
   * Takes no new clients, and closes the connections of all at once: without a Disconnect packet,
   * which would make public browser clients give up.
   *
   * @param atMost time to wait until the clients have what was accepted for them before
   */
  public void closeClients(Duration atMost) {
    running().brokers().forEach(hosted -> hosted.broker().draining(true));
    InternalErrors.forEach(
        "the close of a client",
        running().brokers().stream().flatMap(hosted -> hosted.broker().clients().stream()).toList(),
        client -> client.disconnect(CloseReason.DRAINING));
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < deadline && !Drain.isEmpty(running().brokers())) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Looks at the clock for all brokers; called a few times a second. */
  public void tick() {
    long names = namesOfSmallestNode();
    InternalErrors.forEach(
        "a tick of a broker",
        running().brokers(),
        hosted -> {
          hosted.broker().namesOfSmallestNode(names);
          hosted.broker().tick();
        });
  }

  /** A node that has not told its figures yet has not let its clients in either. */
  private long namesOfSmallestNode() {
    return cluster().nodes().stream()
        .mapToLong(
            info -> info.figures().getOrDefault(NodeInfo.NAMES_MAX, Double.MAX_VALUE).longValue())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Leaves the cluster when the other nodes have what was meant for them. */
  public void close() {
    InternalErrors.forEach("the end of the node", running().brokers(), HostedBroker::close);
    InternalErrors.contain(
        "the end of the node", () -> cluster().awaitDelivered(LAST_DELIVERY), cluster()::close);
  }
}
