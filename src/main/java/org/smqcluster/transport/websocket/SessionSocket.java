package org.smqcluster.transport.websocket;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;

/**
 * Writes one packet at a time by the standard API. That API cannot pause reading: {@link
 * #awaitReading} holds the thread of a paused client's message for a short time instead.
 */
final class SessionSocket implements FrameSocket {

  private static final System.Logger LOG = System.getLogger(SessionSocket.class.getName());

  /** Longest time that a message of a paused client holds its thread. */
  private static final long HOLD_MILLIS = 100;

  /** The container keeps request and response with their buffers as long as the session lives. */
  private static final int REQUEST_BYTES = 21 * 1024;

  private final Session session;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition resumed = lock.newCondition();
  private volatile boolean paused;

  SessionSocket(Session session) {
    this.session = session;
  }

  @Override
  public int extraBytes() {
    return REQUEST_BYTES;
  }

  /** The server answers pings itself: {@code pong} is always null here. */
  @Override
  public Batch take(Outbox outbox, byte[] pong) {
    EncodedPacket packet = outbox.poll();
    return packet == null ? null : new Batch(packet.message(), 1, packet.rawLength());
  }

  @Override
  public void write(Batch batch, Completion completion) {
    ByteBuffer message = batch.bytes();
    session
        .getAsyncRemote()
        .sendBinary(
            message,
            result -> {
              if (result.isOK()) {
                completion.written();
              } else {
                completion.failed(result.getException());
              }
            });
  }

  /** Returns when reading is not paused, at the latest after {@link #HOLD_MILLIS}. */
  void awaitReading() {
    if (!paused) {
      return;
    }
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(HOLD_MILLIS);
      while (paused && left > 0) {
        left = resumed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    lock.lock();
    try {
      paused = false;
      resumed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close(int code, String phrase) {
    try {
      session.close(new CloseReason(CloseCodes.getCloseCode(code), phrase));
    } catch (IOException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "Cannot close", e);
    }
  }

  /** The server closes behind its close frame by itself. */
  @Override
  public void peerClosed() {
    // nothing waits for it
  }

  @Override
  public void abort() {
    close(CloseCodes.GOING_AWAY.getCode(), "");
  }
}
