package org.smqcluster.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.smqcluster.broker.Broker;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.NodeState;

/**
 * The node that runs in this application: its place in the cluster, its brokers, and how it takes
 * and lets go of clients. Thread-safe.
 */
public final class SmqNode {

  private static final Logger LOG = System.getLogger(SmqNode.class.getName());

  /** Time that a stopping node gives other nodes to take what was meant for them. */
  private static final Duration LAST_DELIVERY = Duration.ofSeconds(5);

  private final ClusterNode cluster;
  private final List<HostedBroker> brokers;
  private final Drain drain;
  private final Balancer balancer;

  public SmqNode(ClusterNode cluster, List<HostedBroker> brokers, Drain drain, Balancer balancer) {
    this.cluster = cluster;
    this.brokers = List.copyOf(brokers);
    this.drain = drain;
    this.balancer = balancer;
  }

  /** The node's name. */
  public String name() {
    return cluster.self().name();
  }

  /** How far the node is. */
  public NodeState state() {
    return cluster.self().state();
  }

  /** The node's place among the others. */
  public ClusterNode cluster() {
    return cluster;
  }

  /** The node's brokers, as configured. */
  public List<Broker> brokers() {
    return brokers.stream().map(HostedBroker::broker).toList();
  }

  /**
   * A broker by its name; empty is the first.
   *
   * @throws IllegalArgumentException if there is none with this name
   */
  public Broker broker(String name) {
    return hosted(name).broker();
  }

  /** The in-process client of a broker, as {@link #broker}. */
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
  public Map<String, Broker> brokersByPath() {
    return brokers.stream()
        .flatMap(hosted -> hosted.paths().stream().map(path -> Map.entry(path, hosted.broker())))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Takes clients from now on, or again after a drain. */
  public void serve() {
    drain.cancel();
    brokers().forEach(broker -> broker.draining(false));
    cluster.state(NodeState.READY);
  }

  /**
   * Takes no new clients and lets the others go, as fast as {@code smq.drain.rate} says. Returns at
   * once; {@link #serve} takes it back.
   */
  public void drain() {
    cluster.state(NodeState.DRAINING);
    brokers().forEach(broker -> broker.draining(true));
    drain.start(brokers());
  }

  /** Drains, and waits until all clients are gone or {@code smq.drain.timeout} is over. */
  public void drainAndWait() {
    drain();
    drain.await();
  }

  /** Lets surplus clients go, once, if this node has clearly more than the others. */
  public void rebalance() {
    balancer.runOnce();
  }

  /** A broker's share of the cluster, as {@link #broker}. */
  public BrokerCluster brokerCluster(String name) {
    return hosted(name).cluster();
  }

  /** Clients of this node, of all brokers. */
  public int clients() {
    return brokers().stream().map(Broker::clients).mapToInt(Collection::size).sum();
  }

  /** Never fails: what runs again and again would not run again. */
  public void tick() {
    for (HostedBroker hosted : brokers) {
      try {
        hosted.broker().tick();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "The clock of broker " + hosted.broker().name() + " failed", e);
      }
    }
  }

  /** Leaves the cluster when the other nodes have what was meant for them. */
  public void close() {
    brokers.forEach(HostedBroker::close);
    try {
      cluster.awaitDelivered(LAST_DELIVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cluster.close();
  }
}
