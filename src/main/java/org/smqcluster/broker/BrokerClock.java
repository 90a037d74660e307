package org.smqcluster.broker;

import java.util.function.LongSupplier;

/**
 * The time of one broker, in nanoseconds: it advances with each tick, a few times a second, so that
 * a look at it costs no system call. Read by any thread, advanced by one.
 */
final class BrokerClock {

  private final LongSupplier source;
  private volatile long now;

  BrokerClock(LongSupplier source) {
    this.source = source;
    this.now = source.getAsLong();
  }

  /** The time of the last tick. */
  long now() {
    return now;
  }

  long advance() {
    now = source.getAsLong();
    return now;
  }
}
