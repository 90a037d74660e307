package org.smqcluster.bench.load;

import java.util.concurrent.TimeUnit;

/**
 * The times of a run, on this process' nanosecond clock.
 *
 * @param warm when the measurement begins
 * @param end when it ends, and sending too
 */
record Phases(long start, long warm, long end) {

  static Phases fromNow(int warmUpSeconds, int seconds) {
    long start = System.nanoTime();
    long warm = start + TimeUnit.SECONDS.toNanos(warmUpSeconds);
    return new Phases(start, warm, warm + TimeUnit.SECONDS.toNanos(seconds));
  }

  /** Whether what was due at this time counts. */
  boolean isMeasured(long due) {
    return due - warm >= 0 && due - end < 0;
  }

  boolean isSending(long now) {
    return now - end < 0;
  }

  double seconds() {
    return (end - warm) / 1e9;
  }
}
