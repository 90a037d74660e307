package org.smqcluster.broker.spi;

import org.smqcluster.broker.outbox.Outbox;

/**
 * A client's connection as the broker sees it; each transport implements it. Every method may be
 * called from any thread, must not block, and does nothing once the connection is gone.
 */
public interface Connection {

  /**
   * The client's outbox has something to send: drain it soon, on the transport's own thread. Called
   * once until the transport has drained the outbox to empty (see {@link Outbox#poll}).
   */
  void wake();

  /**
   * Sends what the outbox holds, as far as the peer takes it within a second, then closes and tells
   * the session ({@link Session#flushed}).
   */
  void close(CloseReason reason);

  /** Stops reading from the client until {@link #resumeReading()}. */
  void pauseReading();

  /** Reads from the client again. */
  void resumeReading();

  /**
   * Bytes of heap that the transport keeps while the connection is open, above what the broker
   * counts for every connection of this {@link Transport}. Asked once, when it is accepted.
   */
  default int extraBytes() {
    return 0;
  }
}
