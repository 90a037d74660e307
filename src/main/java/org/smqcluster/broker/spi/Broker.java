package org.smqcluster.broker.spi;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.smqcluster.protocol.Packet.Publish;

/**
 * One SMQ broker of this node as applications and administration see it. Brokers of one name on all
 * nodes act as one. Thread-safe; no method blocks.
 */
public interface Broker {

  /** The broker's name, unique in the node. */
  String name();

  /** The node's name, unique in the cluster. */
  String nodeName();

  /** The topics and sub-topics of the cluster. */
  TopicRegistry topics();

  /** The clients that are connected to this node: a live view in no particular order. */
  Collection<? extends Client> clients();

  /** The client with this ETID, if it is connected to this node. */
  Optional<Client> client(int etid);

  /** Whether a client with this ETID is connected to any node. */
  boolean isConnected(int etid);

  /** Number of connections to this node, including those that have not sent Connect yet. */
  int connections();

  /** Whether new clients are refused because the node is about to stop. */
  boolean isDraining();

  /** Limits, timeouts and rates. */
  BrokerSettings settings();

  /**
   * Clients that this node lets go and that have not come to another node; they may for a while.
   */
  int parked();

  /**
   * Clients of nodes that died, which may go on with their sessions on any other node. Each node
   * knows of all of them.
   */
  int orphaned();

  /** Bytes of the messages that are held for parked clients, and for those that are just back. */
  long parkedBytes();

  /** What peers make this node keep. */
  MemoryUse memoryUse();

  /** Counters since the node's start. */
  BrokerMetrics metrics();

  /**
   * Removes a last value on all nodes, soon. Receivers are not told.
   *
   * @param subtid the sub-topic, 0 for none
   * @return false if there is none
   */
  boolean removeLastValue(int tid, int subtid);

  /**
   * Shows the messages that clients of this node publish to a topic to {@code watching}, instead of
   * an earlier one, on the threads of their transports: it must not block. Does nothing if no topic
   * has the name.
   */
  void tapTopic(String name, Consumer<Publish> watching);

  /** Ends what {@link #tapTopic} began. */
  void untapTopic(String name);
}
