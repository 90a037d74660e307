package org.smqcluster.broker.outbox;

/**
 * Bounds what waits for all clients of a broker together. As long as that is little, each outbox
 * has its whole bound; when it is too much, the bound of all is halved a few times a second, so
 * that receivers who do not read hold less and publishers are asked to pause earlier. Nothing that
 * is queued is dropped, and nothing is lost for who reads. Thread-safe; measured by one thread.
 */
public final class OutboxBudget {

  /** Any packet fits into an outbox, however little there is. */
  public static final long MIN_BOUND = 128 * 1024;

  private final long maxBytes;
  private final long totalBytes;
  private volatile long bound;

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
  }

  /** The bound of each outbox at this moment, in bytes. */
  public long bound() {
    return bound;
  }

  /** The bound of each outbox while there is enough, in bytes. */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * So much waits in all outboxes together. A message that waits for several counts several times.
   *
   * @return whether each has less from now on than it had
   */
  public boolean measured(long waiting) {
    long now = bound;
    if (waiting > totalBytes) {
      bound = Math.max(Math.min(MIN_BOUND, maxBytes), now / 2);
    } else if (waiting < totalBytes / 2) {
      bound = Math.min(maxBytes, now * 2);
    }
    return bound < now;
  }
}
