package org.smqcluster.transport.websocket;

import java.nio.ByteBuffer;
import org.smqcluster.broker.outbox.Outbox;

/**
 * How one client's packets leave: as ready-made frames, many in one write, or one at a time by the
 * standard API. Never blocks; one write at a time.
 */
interface FrameSink {

  /** Told once for each write, by any thread, possibly before {@link FrameSink#write} returns. */
  interface Completion {

    /** The bytes are gone, or in the server's own buffer for one write. */
    void written();

    /** They will never go: the connection is broken. */
    void failed(Throwable cause);
  }

  /**
   * What was taken from an outbox for one write.
   *
   * @param bytes what to write
   * @param packets how many packets are in it
   * @param rawBytes their length in raw form, as the outbox counts
   */
  record Batch(ByteBuffer bytes, int packets, long rawBytes) {}

  /**
   * Takes from the outbox what one write can carry.
   *
   * @param pong payload of a ping to be answered first, or null
   * @return null if there is nothing to write
   */
  Batch take(Outbox outbox, byte[] pong);

  /** Writes a batch. */
  void write(Batch batch, Completion completion);

  /** The batch is written or given up. */
  void release(Batch batch);

  /** Sends a close frame and closes kindly: the peer gets time to read it, and to answer. */
  void close(int code, String phrase);

  /** The peer's close frame is here: a close need not wait for it. */
  void peerClosed();

  /** Closes the socket, whatever still waits for the peer. */
  void abort();
}
