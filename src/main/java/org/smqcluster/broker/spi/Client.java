package org.smqcluster.broker.spi;

import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.Ids;

/** A connected client of this node, as hooks and administration see it. */
public interface Client {

  /** The client as all nodes know it; null before it is connected. */
  ClientEntry entry();

  /** Its address; 0 before it is connected. */
  default int etid() {
    ClientEntry known = entry();
    return known == null ? Ids.NONE : known.etid();
  }

  /** Its own name for itself; null before it is connected. */
  default String uid() {
    ClientEntry known = entry();
    return known == null ? null : known.uid();
  }

  /** What it said of itself in Connect; empty before it is connected. */
  default String info() {
    ClientEntry known = entry();
    return known == null ? "" : known.info();
  }

  /** Milliseconds since 1970 when it was connected, 0 before that. */
  default long connectedAt() {
    ClientEntry known = entry();
    return known == null ? 0 : known.connectedAt();
  }

  /** Why it was let in; null before it was. */
  Authentication authentication();

  /** The user that it was authenticated as, or null. */
  default String user() {
    Authentication known = authentication();
    return known == null ? null : known.user();
  }

  /** The connection that it uses. */
  ConnectionInfo connectionInfo();

  /** Packets from it. */
  long packetsIn();

  /** Bytes of type and body from it. */
  long bytesIn();

  /** Packets accepted for it. */
  default long packetsOut() {
    return outbox().accepted();
  }

  /** Bytes of packets accepted for it, with the length that the raw transport puts before each. */
  default long bytesOut() {
    return outbox().acceptedBytes();
  }

  /** What waits for it. */
  Outbox outbox();

  /** TIDs that it subscribes to, a copy. */
  int[] subscriptions();

  /** TIDs and ETIDs that it observes, a copy. */
  int[] observations();

  /**
   * Ends the subscriptions and observations that the {@link TopicPolicy} does not allow any more.
   * The protocol has no packet to tell the client. Any thread.
   */
  void recheckTopics();

  /** Shows the client's packets to {@code tap} from now on; null ends it. */
  void tap(Tap tap);

  /** Tells it why, if {@code text} is not null, and closes it. Any thread; at most once. */
  void disconnect(CloseReason reason, String text);
}
