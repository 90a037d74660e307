package org.smqcluster.broker.outbox;

import java.util.concurrent.TimeUnit;

/**
 * Tells a receiver that does not read, or hardly, from one that is late as everybody is: by what
 * its connection takes in a while. Guarded by its outbox.
 */
final class StallDetector {

  /** How long publishers wait for a receiver whose connection is blocked, before it is judged. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /** What a receiver must take in that time, in bytes, for publishers to go on waiting for it. */
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

  /** Somebody begins to wait for the receiver: the next look at the clock starts the time. */
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
