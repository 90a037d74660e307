package org.smqcluster.broker.outbox;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether a receiver is stalled or only slow, from the bytes its connection accepted within
 * the grace period. Guarded by its outbox.
 */
final class StallDetector {

  /** Grace period: publishers wait this long for a receiver whose connection is blocked. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /** Bytes that a receiver must accept within the grace period to count as slow, not stalled. */
  private static final long MIN_TAKEN = 64 * 1024;

  private boolean blocked;
  private long taken;
  private boolean started;
  private long startedNanos;
  private long takenAtStart;

  /** Whether the connection takes nothing at the moment. */
  void blocked(boolean now) {
    blocked = now;
  }

  /** The connection took this much. */
  void taken(long bytes) {
    taken += bytes;
  }

  /** A publisher begins to wait for the receiver; the next tick starts the grace period. */
  void begin() {
    started = false;
  }

  /** Whether it is time to say, and the receiver is stalled; starts again if it is not. */
  boolean isStalled(long now) {
    if (started && now - startedNanos < GRACE_NANOS) {
      return false;
    }
    boolean stalled = started && blocked && taken - takenAtStart < MIN_TAKEN;
    started = true;
    startedNanos = now;
    takenAtStart = taken;
    return stalled;
  }
}
