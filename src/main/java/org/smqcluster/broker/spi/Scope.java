package org.smqcluster.broker.spi;

/** The publishers whose messages a subscription of application code receives. */
public enum Scope {
  /** All of the cluster; the subscription counts as any client's does. */
  CLUSTER,
  /**
   * Those that clients of this node publish; no other node and no observer knows of the
   * subscription. For code that runs on every node and must see each message once.
   */
  NODE
}
