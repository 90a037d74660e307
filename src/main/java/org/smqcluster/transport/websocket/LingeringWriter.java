package org.smqcluster.transport.websocket;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.glassfish.tyrus.spi.Writer;

/**
 * Closes a socket the way RFC 6455 asks a server to (section 7.1.1): Tyrus closes it right behind
 * its close frame, and if the peer was still sending, that resets the connection and takes the
 * frame, and any last packet, with it. Here the socket stays open until the peer has answered or
 * gone, or for two seconds. Thread-safe.
 */
final class LingeringWriter extends Writer {

  private static final System.Logger LOG = System.getLogger(LingeringWriter.class.getName());
  private static final long LINGER_SECONDS = 2;

  private final TyrusLink link;
  private final ScheduledExecutorService timer;
  private boolean closing;
  private boolean closed;
  private boolean peerDone;
  private ScheduledFuture<?> timeout;

  /**
   * Makes a writer.
   *
   * @param timer runs short tasks that do not block
   */
  LingeringWriter(TyrusLink link, ScheduledExecutorService timer) {
    this.link = link;
    this.timer = timer;
  }

  @Override
  public void write(ByteBuffer buffer, CompletionHandler<ByteBuffer> completion) {
    link.writer().write(buffer, completion);
  }

  /** Tyrus has sent its close frame. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      if (!peerDone) {
        timeout = timer.schedule(this::abort, LINGER_SECONDS, TimeUnit.SECONDS);
        return;
      }
    }
    closeNow();
  }

  /** The peer's close frame is here, or its side of the socket is closed. */
  void peerDone() {
    synchronized (this) {
      peerDone = true;
      if (!closing) {
        return;
      }
    }
    closeNow();
  }

  /** Closes the socket, whatever still waits for the peer. */
  void abort() {
    // first, because closing waits for a peer that does not read
    link.terminate();
    closeNow();
  }

  private void closeNow() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (timeout != null) {
        timeout.cancel(false);
      }
    }
    try {
      link.writer().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "Cannot close", e);
    }
  }
}
