package org.smqcluster.node;

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

/** The node once it is started. Thread-safe. */
public final class RunningNode implements SmqNode {

  /** Time that a stopping node gives other nodes to take what was meant for them. */
  private static final Duration LAST_DELIVERY = Duration.ofSeconds(5);

  private static final long POLL_MILLIS = 20;

  private final ClusterNode cluster;
  private final NodeOrigins origins;
  private final List<HostedBroker> brokers;
  private final Drain drain;
  private final Balancer balancer;

  public RunningNode(
      ClusterNode cluster, List<HostedBroker> brokers, Drain drain, Balancer balancer) {
    this.cluster = cluster;
    this.origins = new NodeOrigins(cluster.self().httpUrl());
    cluster.watch(origins);
    this.brokers = List.copyOf(brokers);
    this.drain = drain;
    this.balancer = balancer;
  }

  @Override
  public boolean isStarted() {
    return true;
  }

  @Override
  public String name() {
    return cluster.self().name();
  }

  @Override
  public NodeState state() {
    return cluster.self().state();
  }

  @Override
  public ClusterNode cluster() {
    return cluster;
  }

  @Override
  public Collection<URI> origins() {
    return origins.addresses();
  }

  @Override
  public List<Broker> brokers() {
    return brokers.stream().<Broker>map(HostedBroker::broker).toList();
  }

  @Override
  public Broker broker(String name) {
    return hosted(name).broker();
  }

  @Override
  public BrokerClient brokerClient(String name) {
    return hosted(name).client();
  }

  private HostedBroker hosted(String name) {
    return brokers.stream()
        .filter(hosted -> name.isEmpty() || hosted.broker().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("smq.brokers has no broker named " + name));
  }

  /** The brokers by the paths of their URLs. */
  public Map<String, SessionAcceptor> brokersByPath() {
    return brokers.stream()
        .flatMap(hosted -> hosted.paths().stream().map(path -> Map.entry(path, hosted.broker())))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Override
  public void serve() {
    drain.cancel();
    brokers.forEach(hosted -> hosted.broker().draining(false));
    cluster.state(NodeState.READY);
  }

  @Override
  public void drain() {
    cluster.state(NodeState.DRAINING);
    brokers.forEach(hosted -> hosted.broker().draining(true));
    drain.start(brokers);
  }

  /** Drains, and waits until all clients are gone or {@code smq.drain.timeout} is over. */
  public void drainAndWait() {
    drain();
    drain.await();
  }

  @Override
  public void rebalance() {
    balancer.runOnce();
  }

  @Override
  public BrokerCluster brokerCluster(String name) {
    return hosted(name).cluster();
  }

  @Override
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
    brokers.forEach(hosted -> hosted.broker().draining(true));
    InternalErrors.forEach(
        "the close of a client",
        brokers.stream().flatMap(hosted -> hosted.broker().clients().stream()).toList(),
        client -> client.disconnect(CloseReason.DRAINING));
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < deadline && !Drain.isEmpty(brokers)) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Never fails: what runs again and again would not run again. */
  public void tick() {
    long names = namesOfSmallestNode();
    InternalErrors.forEach(
        "a tick of a broker",
        brokers,
        hosted -> {
          hosted.broker().namesOfSmallestNode(names);
          hosted.broker().tick();
        });
  }

  /** A node that has not told its figures yet has not let its clients in either. */
  private long namesOfSmallestNode() {
    return cluster.nodes().stream()
        .mapToLong(
            info -> info.figures().getOrDefault(NodeInfo.NAMES_MAX, Double.MAX_VALUE).longValue())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Leaves the cluster when the other nodes have what was meant for them. */
  public void close() {
    InternalErrors.forEach("the end of the node", brokers, HostedBroker::close);
    InternalErrors.contain(
        "the end of the node", () -> cluster.awaitDelivered(LAST_DELIVERY), cluster::close);
  }
}
