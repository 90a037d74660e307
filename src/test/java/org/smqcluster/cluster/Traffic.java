package org.smqcluster.cluster;

import java.nio.ByteBuffer;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;

/** Numbered messages to a topic at a steady rate, each with the time when it was sent. */
final class Traffic implements AutoCloseable {

  private static final int MESSAGES_PER_SECOND = 200;

  /** One subscriber's account of the numbers that it got. Written by its client's event thread. */
  static final class Account {

    private volatile long first = -1;
    private volatile long last = -1;
    private volatile long missing;
    private volatile long lastMissing = -1;
    private volatile long repeatedOrLate;
    private volatile long slowestNanos;

    void received(Message message) {
      ByteBuffer payload = ByteBuffer.wrap(message.payload());
      long number = payload.getLong();
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - payload.getLong());
      if (first < 0) {
        first = number;
      } else if (number <= last) {
        repeatedOrLate++;
        return;
      } else {
        missing += number - last - 1;
        lastMissing = number > last + 1 ? number - 1 : lastMissing;
      }
      last = number;
    }

    /** The number that came first, or -1. */
    long first() {
      return first;
    }

    long last() {
      return last;
    }

    /** Numbers between the first and the last that never came. */
    long missing() {
      return missing;
    }

    /** The highest number that never came, or -1. */
    long lastMissing() {
      return lastMissing;
    }

    /** Numbers that came twice, or behind a later one. */
    long repeatedOrLate() {
      return repeatedOrLate;
    }

    /** The longest time from sending to receiving, in milliseconds. */
    long slowestMillis() {
      return TimeUnit.NANOSECONDS.toMillis(slowestNanos);
    }
  }

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private volatile long sent;

  /** Starts sending; the topic must exist, so that no message waits for its id. */
  Traffic(SmqClient publisher, int topic) {
    timer.scheduleAtFixedRate(
        () -> {
          byte[] payload = ByteBuffer.allocate(16).putLong(sent).putLong(System.nanoTime()).array();
          publisher.publish(topic, payload);
          sent++;
        },
        0,
        1000 / MESSAGES_PER_SECOND,
        TimeUnit.MILLISECONDS);
  }

  /** The next number to be sent. */
  long next() {
    return sent;
  }

  @Override
  public void close() {
    timer.shutdown();
    try {
      timer.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
