package org.smqcluster.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next round of attempts: at once but for a jitter after a connection
 * that lasted, then longer each time, so that the clients of a lost node do not all come at the
 * same moment. Used by one thread.
 */
final class Backoff {

  private final long firstMillis;
  private final long maxMillis;
  private int failures;

  Backoff(Duration first, Duration max) {
    this.firstMillis = first.toMillis();
    this.maxMillis = max.toMillis();
  }

  /** A connection lasted: the next wait is a short one. */
  void reset() {
    failures = 0;
  }

  /** Milliseconds: up to half of the first step, then half to all of a step that doubles. */
  long nextMillis() {
    if (failures++ == 0) {
      return ThreadLocalRandom.current().nextLong(firstMillis / 2 + 1);
    }
    long step = Math.min(maxMillis, firstMillis << Math.min(failures - 2, 20));
    return step / 2 + ThreadLocalRandom.current().nextLong(step / 2 + 1);
  }
}
