package org.smqcluster.client.command;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.smqcluster.client.SmqClient;

/**
 * A publisher under test. With a window it sends the next message when all receivers have one:
 * receivers get a publisher's messages in order, so they are complete in order, and a ring of
 * counters is enough to tell.
 */
final class BenchSource {

  private final int number;
  private final SmqClient client;
  private final int destination;
  private final BenchPlan plan;
  private final BenchClock clock;
  private final AtomicIntegerArray missing;
  private final LongAdder completed = new LongAdder();
  private long sequence;
  private volatile int epoch;
  private long sent;
  private long seenCompleted;

  /**
   * @param destination the TID or ETID to which it publishes
   */
  BenchSource(int number, SmqClient client, int destination, BenchPlan plan, BenchClock clock) {
    this.number = number;
    this.client = client;
    this.destination = destination;
    this.plan = plan;
    this.clock = clock;
    this.missing = new AtomicIntegerArray(Math.max(1, plan.window()));
  }

  synchronized void send(long due) {
    if (plan.window() > 0) {
      missing.set(slot(sequence), plan.receiversPerMessage());
    }
    if (clock.isMeasured(due)) {
      sent++;
    }
    BenchMessage message = new BenchMessage(number, epoch, sequence++, due);
    client.publish(destination, message.payload(plan.bytes()));
  }

  private int slot(long number) {
    return (int) (number % missing.length());
  }

  void fill() {
    for (int i = 0; i < plan.window(); i++) {
      send(System.nanoTime());
    }
  }

  /** A receiver has got a message of this source. */
  void received(BenchMessage message) {
    if (plan.window() > 0
        && message.epoch() == epoch
        && missing.decrementAndGet(slot(message.sequence())) == 0) {
      completed.increment();
      if (clock.isSending()) {
        send(System.nanoTime());
      }
    }
  }

  /** Fills the window anew if nothing was completed since the last call: messages were lost. */
  void reviveIfStalled() {
    long now = completed.sum();
    if (now == seenCompleted) {
      synchronized (this) {
        epoch++;
        sequence = 0;
        fill();
      }
    }
    seenCompleted = now;
  }

  /** Messages that were due while it was measured. */
  synchronized long sent() {
    return sent;
  }
}
