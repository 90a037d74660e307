package org.smqcluster.broker;

/** A connected client of this node, as hooks and administration see it. */
public interface Client {

  /** Its address; 0 before it is connected. */
  int etid();

  /** Its own name for itself; null before it sent Connect. */
  String uid();

  /** What it said of itself in Connect. */
  String info();

  /** The user that it was authenticated as, or null. */
  String user();

  /** The connection that it uses. */
  ConnectionInfo connectionInfo();

  /** Milliseconds since 1970 when it was connected. */
  long connectedAt();

  /** Packets from it. */
  long packetsIn();

  /** Bytes of type and body from it. */
  long bytesIn();

  /** What waits for it. */
  Outbox outbox();

  /** TIDs that it subscribes to, a copy. */
  int[] subscriptions();

  /** TIDs and ETIDs that it observes, a copy. */
  int[] observations();

  /** Tells it why, if {@code text} is not null, and closes it. Any thread; at most once. */
  void disconnect(CloseReason reason, String text);
}
