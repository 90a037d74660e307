package org.smqcluster.broker.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The publishers that wait for one receiver, and whether that receiver is stalled or only slow: the
 * bytes that its connection accepts within the grace period decide. Guarded by its outbox, which
 * resumes the publishers that it is given back.
 */
final class BackPressure {

  /** Grace period: publishers wait this long for a receiver whose connection is blocked. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /** Bytes that a receiver must accept within the grace period to count as slow, not stalled. */
  private static final long MIN_TAKEN = 64 * 1024;

  private List<Pausable> paused = List.of();
  private boolean stalled;
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

  boolean isStalled() {
    return stalled;
  }

  /** Whether publishers wait. */
  boolean isOn() {
    return !paused.isEmpty();
  }

  /**
   * Pauses a publisher, at most once.
   *
   * @return whether it is the first to wait; the next {@link #tick} starts the grace period
   */
  boolean pause(Pausable publisher) {
    if (stalled || paused.contains(publisher)) {
      return false;
    }
    boolean first = paused.isEmpty();
    if (first) {
      paused = new ArrayList<>(2);
      started = false;
    }
    paused.add(publisher);
    publisher.pause();
    return first;
  }

  /** Takes out the publishers that wait. */
  List<Pausable> release() {
    List<Pausable> all = paused;
    paused = List.of();
    return all;
  }

  /** Whether the receiver has stopped reading; returns the publishers that wait no more for it. */
  List<Pausable> stalled(boolean now) {
    stalled = now;
    return now ? release() : List.of();
  }

  /** What waits has become little; returns the publishers that waited. */
  List<Pausable> caughtUp() {
    stalled = false;
    return release();
  }

  /** Looks at the clock; returns the publishers that wait no more because the receiver stalled. */
  List<Pausable> tick(long now) {
    if (paused.isEmpty() || started && now - startedNanos < GRACE_NANOS) {
      return List.of();
    }
    boolean isStalled = started && blocked && taken - takenAtStart < MIN_TAKEN;
    started = true;
    startedNanos = now;
    takenAtStart = taken;
    return isStalled ? stalled(true) : List.of();
  }
}
