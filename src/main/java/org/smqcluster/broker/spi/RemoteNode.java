package org.smqcluster.broker.spi;

import org.smqcluster.broker.outbox.Outbox;

/**
 * Another node of the cluster as the router sees it: a name and an outbox. What is offered to the
 * outbox reaches the node's {@link Cluster.Listener#deliver} in the order offered, or not at all.
 */
public interface RemoteNode {

  /** The node's configured name. */
  String name();

  /** Whether it understands messages of topics whose last values are kept: from format 2. */
  boolean readsVersions();

  /** Whether it has died, and what is offered to it is kept for its clients' next nodes. */
  default boolean isGone() {
    return false;
  }

  /** The packets that wait for this node; bounded, never blocks. */
  Outbox outbox();
}
