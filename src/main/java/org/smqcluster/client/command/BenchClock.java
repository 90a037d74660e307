package org.smqcluster.client.command;

/**
 * The sending and the measuring period of a benchmark, on this process' nanosecond clock. The lock
 * makes sender and receiver agree whether a message belongs to the measured period.
 */
final class BenchClock {

  private volatile boolean sending = true;
  private boolean measuring;
  private long from;
  private long to = Long.MAX_VALUE;

  synchronized void startMeasuring() {
    from = System.nanoTime();
    measuring = true;
  }

  synchronized void stop() {
    to = System.nanoTime();
    sending = false;
  }

  boolean isSending() {
    return sending;
  }

  /** Whether what was due at this time counts. */
  synchronized boolean isMeasured(long due) {
    return measuring && due - from > 0 && (sending || due - to <= 0);
  }

  /** Seconds from the start of the measurement to its end. */
  synchronized double seconds() {
    return (to - from) / 1e9;
  }
}
