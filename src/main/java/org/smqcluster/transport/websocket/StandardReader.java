package org.smqcluster.transport.websocket;

import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.smqcluster.protocol.ProtocolLimits;

/**
 * Reads messages by the standard API, for servers whose inside we do not know. That API cannot
 * pause: a paused client's thread is held instead, for a short time at each message.
 */
final class StandardReader implements ReadGate {

  /** Longest time that a message of a paused client holds its thread, so that none is stuck. */
  private static final long HOLD_MILLIS = 100;

  private final FrameDecoder.Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition resumed = lock.newCondition();
  private volatile boolean paused;

  StandardReader(FrameDecoder.Listener listener) {
    this.listener = listener;
  }

  /** Starts to read; while the session is being opened. */
  void install(Session session) {
    session.addMessageHandler(ByteBuffer.class, (MessageHandler.Whole<ByteBuffer>) this::message);
    session.addMessageHandler(
        String.class,
        (MessageHandler.Whole<String>)
            text -> message(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
  }

  private void message(ByteBuffer message) {
    if (paused) {
      hold();
    }
    int length = message.remaining();
    if (length > ProtocolLimits.MAX_MESSAGE) {
      ReadBatch.run(listener::tooLong);
      return;
    }
    byte[] rawPacket = new byte[ProtocolLimits.RAW_LENGTH + length];
    rawPacket[0] = (byte) (rawPacket.length >>> 8);
    rawPacket[1] = (byte) rawPacket.length;
    message.get(rawPacket, ProtocolLimits.RAW_LENGTH, length);
    ReadBatch.run(() -> listener.message(rawPacket));
  }

  private void hold() {
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
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    lock.lock();
    try {
      paused = false;
      resumed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean paused() {
    return paused;
  }
}
