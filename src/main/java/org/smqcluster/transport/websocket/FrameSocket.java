package org.smqcluster.transport.websocket;

import java.nio.ByteBuffer;
import org.smqcluster.broker.outbox.Outbox;

/**
 * One client's connection below its {@link WebSocketConnection}: packets leave as ready-made
 * frames, many in one write, or one at a time by the standard API. Never blocks. Any thread, but
 * one write at a time.
 */
public interface FrameSocket {

  /** Called once for each write, by any thread, possibly before {@link #write} returns. */
  interface Completion {

    /** The bytes are sent, or in the server's own buffer for one write. */
    void written();

    /** The bytes are lost: the connection is broken. */
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

  /** Writes a batch, whose bytes are the socket's from now on. */
  void write(Batch batch, Completion completion);

  /** Stops reading until {@link #resumeReading}. */
  void pauseReading();

  void resumeReading();

  /** Sends a close frame, then closes once the peer has answered it or a time limit is over. */
  void close(int code, String phrase);

  /** The peer's close frame has arrived: {@link #close} need not wait for it. */
  void peerClosed();

  /** Closes at once; what still waits for the peer is lost. */
  void abort();

  /** As {@link org.smqcluster.broker.spi.Connection#extraBytes}. */
  default int extraBytes() {
    return 0;
  }
}
