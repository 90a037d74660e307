package org.smqcluster.broker.spi;

import java.util.Optional;
import org.smqcluster.protocol.Ids;

/** A connected client of this node, as hooks and administration see it. */
public interface Client {

  /** The client as all nodes know it; empty before it is connected. */
  Optional<ClientEntry> entry();

  /** Its address; 0 before it is connected. */
  default int etid() {
    return entry().map(ClientEntry::etid).orElse(Ids.NONE);
  }

  /** Its own name for itself; empty before it is connected. */
  default String uid() {
    return entry().map(ClientEntry::uid).orElse("");
  }

  /** What it said of itself in Connect; empty before it is connected. */
  default String info() {
    return entry().map(ClientEntry::info).orElse("");
  }

  /** Milliseconds since 1970 when it was connected, 0 before that. */
  default long connectedAt() {
    return entry().map(ClientEntry::connectedAt).orElse(0L);
  }

  /** What its authenticator said; empty before it is connected. */
  Optional<Authentication> authentication();

  /** The user that it was authenticated as, if there is one. */
  default Optional<String> user() {
    return authentication().flatMap(Authentication::user);
  }

  /** The connection that it uses. */
  ConnectionInfo connectionInfo();

  /** Packets from it. */
  long packetsIn();

  /** Bytes of type and body from it. */
  long bytesIn();

  /** Packets accepted for it. */
  long packetsOut();

  /** Bytes of packets accepted for it, with the length that the raw transport puts before each. */
  long bytesOut();

  /** Bytes that wait in its outbox or are being written. */
  long bytesWaiting();

  /** Messages for it that were dropped, because its outbox was full or it cannot take them. */
  long dropped();

  /** TIDs that it subscribes to, a copy. */
  int[] subscriptions();

  /** TIDs and ETIDs that it observes, a copy. */
  int[] observations();

  /**
   * Ends the subscriptions and observations that the {@link TopicPolicy} no longer allows. The
   * protocol has no packet to tell the client. Any thread.
   */
  void recheckTopics();

  /** Shows the client's packets to {@code tap}, instead of an earlier one, from now on. */
  void tap(Tap tap);

  /** Ends what {@link #tap} began. */
  void untap();

  /** Closes it without a word, so that it connects again. Any thread; at most once. */
  void disconnect(CloseReason reason);

  /** Tells it why by a Disconnect packet, and closes it. Any thread; at most once. */
  void disconnect(CloseReason reason, String text);
}
