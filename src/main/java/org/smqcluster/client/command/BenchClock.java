package org.smqcluster.client.command;

/** When a benchmark sends and when it measures, on this process' nanosecond clock. */
final class BenchClock {

  private volatile boolean sending = true;
  private volatile boolean measuring;
  private volatile long from;
  private volatile long to = Long.MAX_VALUE;

  void startMeasuring() {
    from = System.nanoTime();
    measuring = true;
  }

  void stop() {
    to = System.nanoTime();
    sending = false;
  }

  boolean isSending() {
    return sending;
  }

  /** Whether what was due at this time counts. */
  boolean isMeasured(long due) {
    return measuring && due - from >= 0 && (sending || due - to < 0);
  }

  /** Seconds from the start of the measurement to its end. */
  double seconds() {
    return (to - from) / 1e9;
  }
}
