package org.smqcluster.transport.websocket.grizzly;

import java.util.Arrays;
import java.util.concurrent.Executor;
import org.smqcluster.transport.websocket.FrameListener;

/**
 * Decodes what is read from one connection, and can pause in the middle of a read. Reading is for
 * one thread at a time, the rest for any.
 */
final class FrameInput {

  private static final byte[] NOTHING = {};

  private final FrameListener listener;
  private final FrameDecoder decoder;
  private final Executor pool;

  /** What has been read and not decoded, for the reading thread. */
  private byte[] rest = NOTHING;

  private volatile boolean paused;
  private volatile boolean stopped;

  /** What waits for the end of a pause, or null; guarded by this. */
  private Runnable parked;

  /**
   * @param pool decodes what was left in a pause
   */
  FrameInput(FrameListener listener, Executor pool) {
    this.listener = listener;
    this.decoder = new FrameDecoder(listener, () -> paused);
    this.pool = pool;
  }

  /**
   * @return false if it was paused before the end: {@link #park} must follow
   */
  boolean read(byte[] bytes, int from, int to) {
    if (stopped) {
      return true;
    }
    listener.read(() -> decode(bytes, from, to));
    return rest.length == 0;
  }

  private void decode(byte[] bytes, int from, int to) {
    int next = decoder.decode(bytes, from, to);
    rest = NOTHING;
    if (next < to) {
      rest = Arrays.copyOfRange(bytes, next, to);
      listener.partial(decoder.partialBytes() + rest.length);
    }
  }

  /**
   * Leaves the rest of a read for later.
   *
   * @param whenTaken runs on the pool once all of it is decoded
   */
  void park(Runnable whenTaken) {
    synchronized (this) {
      if (paused) {
        parked = whenTaken;
        return;
      }
    }
    pool.execute(() -> readOn(whenTaken));
  }

  private void readOn(Runnable whenTaken) {
    byte[] bytes = rest;
    if (read(bytes, 0, bytes.length)) {
      whenTaken.run();
    } else {
      park(whenTaken);
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    Runnable whenTaken;
    synchronized (this) {
      paused = false;
      whenTaken = parked;
      parked = null;
    }
    if (whenTaken != null) {
      pool.execute(() -> readOn(whenTaken));
    }
  }

  /** Decodes nothing more. */
  void stop() {
    stopped = true;
    resume();
  }
}
