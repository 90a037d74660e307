package org.smqcluster.broker.outbox;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that wait for all clients of a broker together. While they are few, each outbox
 * has its full bound; when they are too many, the bound of all is halved a few times a second, so
 * that receivers that do not read hold less and publishers pause earlier. Between two measurements
 * the outboxes report in steps what they accept, so that no burst outruns the bound. Nothing that
 * is queued is dropped, and a receiver that reads loses nothing. Thread-safe; measured by one
 * thread.
 */
public final class OutboxBudget {

  /** The bound of each outbox when there is least, in bytes; larger packets wait one at a time. */
  public static final long MIN_BOUND = 16 * 1024;

  /** The bound of each outbox as soon as all together hold too much, in bytes. */
  private static final long BURST_BOUND = 128 * 1024;

  /** Beyond this many times the total, receivers that do not read are closed. */
  private static final int TOO_MUCH = 2;

  private final long maxBytes;
  private final long totalBytes;

  /** What waits, as measured, and as the outboxes have told since. */
  private final AtomicLong waitingNow = new AtomicLong();

  private volatile long bound;

  /** The bound at the last measurement. */
  private long measuredBound;

  /**
   * Makes a budget.
   *
   * @param maxBytes the bound of one outbox as long as there is enough
   * @param totalBytes what all together may hold before they get less
   */
  public OutboxBudget(long maxBytes, long totalBytes) {
    this.maxBytes = maxBytes;
    this.totalBytes = totalBytes;
    this.bound = maxBytes;
    this.measuredBound = maxBytes;
  }

  /** The bound of each outbox at this moment, in bytes. */
  public long bound() {
    return bound;
  }

  /** The bound of each outbox while there is enough, in bytes. */
  public long maxBytes() {
    return maxBytes;
  }

  /** So many bytes more, or less, wait for a client; outboxes tell it in steps. */
  public void moved(long bytes) {
    long waiting = waitingNow.addAndGet(bytes);
    if (bytes > 0 && waiting > totalBytes) {
      long most = waiting / TOO_MUCH > totalBytes ? MIN_BOUND : BURST_BOUND;
      if (bound > most) {
        bound = most;
      }
    }
  }

  /** What waits, as the outboxes have told since the last measurement. */
  public long told() {
    return waitingNow.get();
  }

  /**
   * So much waits in all outboxes together. A message that waits for several counts several times.
   *
   * @param told what {@link #told} said before the outboxes were looked at: what has come since is
   *     added, and may be counted twice until the next time
   * @return whether it is too much, and each has less than at the last measurement
   */
  public boolean measured(long measured, long told) {
    long waiting = waitingNow.addAndGet(measured - told);
    long now = bound;
    if (waiting > totalBytes) {
      bound = Math.max(Math.min(MIN_BOUND, maxBytes), now / 2);
    } else if (waiting < totalBytes / 2) {
      bound = Math.min(maxBytes, now * 2);
    }
    long before = measuredBound;
    measuredBound = bound;
    return waiting > totalBytes && bound < before;
  }

  /**
   * The bytes that have to be freed by ending parked sessions, once those receivers are closed; 0
   * or less for none.
   */
  public long parkedExcess(long waiting) {
    return waiting - TOO_MUCH * totalBytes;
  }

  /** The bytes that have to be freed by closing receivers that do not read; 0 for none. */
  public long excess(long waiting) {
    return waiting / TOO_MUCH > totalBytes ? waiting - totalBytes : 0;
  }
}
