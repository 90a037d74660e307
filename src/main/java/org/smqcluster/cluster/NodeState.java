package org.smqcluster.cluster;

/** How far a node is in its life, as it tells the others. */
public enum NodeState {
  /** It has joined and received what the others know; it takes no clients yet. */
  JOINING,
  /** It takes clients. */
  READY,
  /** It takes no new clients and lets the others go. */
  DRAINING
}
