package org.smqcluster.transport.raw;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the request heads of all connections of a port take together, beyond the first bytes
 * of each: no broker knows of a connection before its head is complete. Thread-safe.
 */
final class HeadBudget {

  private static final int PART_OF_HEAP = 64;

  private final long maxBytes;
  private final AtomicLong used = new AtomicLong();

  HeadBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A budget of a 64th of the heap. */
  static HeadBudget ofHeap() {
    return new HeadBudget(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /** Takes bytes; false if there are not as many. */
  boolean take(int bytes) {
    boolean taken = used.addAndGet(bytes) <= maxBytes;
    if (!taken) {
      give(bytes);
    }
    return taken;
  }

  /** Gives bytes back. */
  void give(int bytes) {
    used.addAndGet(-bytes);
  }
}
