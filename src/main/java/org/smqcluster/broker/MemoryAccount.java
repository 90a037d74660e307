package org.smqcluster.broker;

import org.smqcluster.broker.spi.Refusal;

/**
 * Bytes that a peer makes this node keep, against a bound: those of one client, of one address, or
 * of all. Whatever is charged here is charged to the account above as well. The bytes are estimates
 * of {@link MemoryCost}, not measured. Thread-safe; its lock is taken before that of the account
 * above and no other lock is taken under it.
 */
final class MemoryAccount {

  private final MemoryAccount above;
  private final Refusal full;
  private long max;
  private long used;
  private boolean closed;

  /**
   * @param above the account that this one is a part of, or null
   * @param full what is refused when this account is full
   * @param max bound, in bytes
   */
  MemoryAccount(MemoryAccount above, Refusal full, long max) {
    this.above = above;
    this.full = full;
    this.max = max;
  }

  /**
   * Charges bytes to this account and those above, if all of them have room.
   *
   * @return null if it is charged, or the account is closed; else why nothing is
   */
  synchronized Refusal charge(long bytes) {
    if (closed) {
      return null;
    } else if (used + bytes > max) {
      return full;
    }
    Refusal refusal = above == null ? null : above.charge(bytes);
    if (refusal == null) {
      used += bytes;
    }
    return refusal;
  }

  /** Charges bytes that cannot be refused, such as a name that another node has created. */
  synchronized void add(long bytes) {
    if (closed) {
      return;
    }
    used += bytes;
    if (above != null) {
      above.add(bytes);
    }
  }

  /** Gives back bytes that were charged. */
  void release(long bytes) {
    add(-bytes);
  }

  /** Gives back all bytes; nothing is charged from now on. */
  synchronized void close() {
    add(-used);
    closed = true;
  }

  /** Bytes that are charged. */
  synchronized long used() {
    return used;
  }

  /** Bound, in bytes. */
  synchronized long max() {
    return max;
  }

  /** Sets another bound; what is charged beyond it stays. */
  synchronized void max(long bytes) {
    max = bytes;
  }
}
