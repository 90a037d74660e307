package org.smqcluster.broker.spi;

import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/**
 * One client's session as its transport sees it: the transport feeds it with what the connection
 * brings and sends what its outbox holds. Methods may be called by any thread where they say so,
 * the others by one thread at a time; none blocks.
 */
public interface Session {

  /** A packet has arrived. */
  void received(EncodedPacket packet);

  /**
   * Tells how many bytes the transport keeps: of a packet that has arrived in part, and of what a
   * paused client has sent. If that is too much, the client is told and closed.
   */
  void partial(int bytes);

  /** The bytes that have arrived are not a packet: the client is told and closed. */
  void rejected(MalformedPacketException malformed);

  /** The connection is lost, or the transport gives it up. Any thread; the first call counts. */
  void connectionLost(CloseReason reason, String detail);

  /** Tells the client why by a Disconnect packet, and closes it. Any thread; once at most. */
  void disconnect(CloseReason reason, String text);

  /**
   * What waited for the client was written or discarded. Called at the end of each connection, at
   * least once. Any thread.
   */
  void flushed();

  /** The packets that wait for the client. */
  Outbox outbox();

  /** The client's name for itself; empty before it is connected. */
  String uid();

  /** The client's address; 0 before it is connected. */
  int etid();
}
