package org.smqcluster.client.command;

/**
 * When a benchmark sends and when it measures, on this process' nanosecond clock. The lock lets
 * sender and receiver come to the same answer about a message: who asks about a time before the
 * measurement begins or ends has asked about an earlier one than that.
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
