package org.smqcluster.node;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.NodeState;

/**
 * The node of this process: its place in the cluster and its brokers. Thread-safe. An injected one
 * may be held before the node is started; then every method but {@link #isStarted} throws {@link
 * IllegalStateException}, as it does after the node has stopped.
 */
public interface SmqNode {

  /** Whether the node is started and not stopped yet. */
  boolean isStarted();

  /** The node's name, unique in the cluster. */
  String name();

  /** The node's place in its life. */
  NodeState state();

  /** The node's membership of the cluster. */
  ClusterNode cluster();

  /**
   * The HTTP origins of the cluster's nodes, including those that have left: their pages may still
   * be open in browsers. Bounded; the oldest are forgotten.
   */
  Collection<URI> origins();

  /** The node's brokers, in the order of {@code smq.brokers}. */
  List<Broker> brokers();

  /**
   * A broker.
   *
   * @param name its name; empty for the first
   * @throws IllegalArgumentException if no broker has this name
   */
  Broker broker(String name);

  /** The in-process client of a broker; as {@link #broker}. */
  BrokerClient brokerClient(String name);

  /**
   * The state that a broker shares with the brokers of its name on other nodes; as {@link #broker}.
   */
  BrokerCluster brokerCluster(String name);

  /** Number of clients that are connected to this node, of all brokers. */
  int clients();

  /** Accepts clients, or accepts them again after a drain. */
  void serve();

  /**
   * Refuses new clients and disconnects the others at the rate of {@code smq.drain.rate}. Returns
   * at once; {@link #serve} takes it back.
   */
  void drain();

  /** Disconnects surplus clients once if this node has clearly more than the others. */
  void rebalance();
}
