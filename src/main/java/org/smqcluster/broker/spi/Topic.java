package org.smqcluster.broker.spi;

import java.util.List;
import java.util.Map;

/**
 * A topic of the cluster as this node sees it: a live, read-only view. Thread-safe; no method
 * blocks.
 */
public interface Topic {

  /** The topic's id, the same on all nodes and for the cluster's life. */
  int tid();

  /** The topic's name; empty while another node's interest is known before its name. */
  String name();

  /** Number of subscribers that are connected to this node. */
  int localSubscribers();

  /** Number of subscribers on all nodes. */
  int clusterSubscribers();

  /** Number of subscribers by node name, without the nodes that have none. A copy. */
  Map<String, Integer> subscribersByNode();

  /** The last value of each sub-topic, in no order; none if {@code smq.last.value} names it not. */
  List<LastValue> lastValues();

  /** Number of messages that clients of this node published to it since the node's start. */
  long messages();
}
