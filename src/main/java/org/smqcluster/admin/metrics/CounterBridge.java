package org.smqcluster.admin.metrics;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Brings a counter of the broker into one of MicroProfile Metrics, which cannot read: what is more
 * than the last time is added. Used by one thread at a time.
 */
final class CounterBridge {

  private final LongSupplier source;
  private final LongConsumer increment;
  private long last;

  CounterBridge(LongSupplier source, LongConsumer increment) {
    this.source = source;
    this.increment = increment;
  }

  void bring() {
    long now = source.getAsLong();
    // less than before: what counts was replaced, and begins at nothing
    long more = now >= last ? now - last : now;
    last = now;
    if (more > 0) {
      increment.accept(more);
    }
  }
}
