package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Two well-behaved clients that talk all the time while others misbehave: they must not lose a
 * message, nor wait long for one.
 */
final class BystanderPair implements AutoCloseable {

  private static final long PAUSE_NANOS = 1_000_000;
  private static final double LONGEST_SECONDS = 5;

  private final Peer publisher;
  private final Peer subscriber;
  private final int tid;
  private final Thread thread;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stop;
  private int messages;
  private long longestNanos;

  BystanderPair(ConformanceFixture.Door in, ConformanceFixture.Door out) throws IOException {
    String unique = ProcessHandle.current().pid() + "-" + System.nanoTime();
    publisher = new Peer(in.open()).connected("witness-in-" + unique);
    subscriber = new Peer(out.open()).connected("witness-out-" + unique);
    tid = subscriber.subscribe("witness-" + unique);
    thread = new Thread(this::talk, "witness");
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
  }

  private void talk() {
    while (!stop) {
      long start = System.nanoTime();
      String message = "message " + messages;
      publisher.publish(tid, message);
      try {
        subscriber.expectMessage(message);
      } catch (AssertionError e) {
        throw new AssertionError("lost " + message, e);
      }
      longestNanos = Math.max(longestNanos, System.nanoTime() - start);
      messages++;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Ends the talk: nothing was lost, doubled, changed or late. */
  void assertUndisturbed() throws InterruptedException {
    stop = true;
    thread.join();
    assertNull(failure.get());
    publisher.expectNothing();
    subscriber.expectNothing();
    assertTrue(messages > 10, "only " + messages + " messages");
    double longest = longestNanos / 1e9;
    assertTrue(longest < LONGEST_SECONDS, "a message took " + longest + " s");
    assertEquals(0, publisher.wire.isClosed() ? 1 : 0);
  }

  @Override
  public void close() {
    stop = true;
    publisher.wire.close();
    subscriber.wire.close();
  }
}
