package org.smqcluster.cluster;

/**
 * Is told which other nodes come and go. Called on the cluster's threads, one change at a time:
 * must not block.
 */
public interface NodeWatcher {

  /** A node is there; told of those that were there before, too. */
  default void joined(NodeInfo node) {}

  /** A node's state has changed. */
  default void changed(NodeInfo node) {}

  /** A node has left, died or was cut off. */
  default void left(NodeInfo node) {}
}
