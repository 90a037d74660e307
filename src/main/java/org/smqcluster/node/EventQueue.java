package org.smqcluster.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.smqcluster.log.LimitedLog;

/**
 * Delivers the broker's events to the application on one thread of its own, in order, so that a
 * slow observer delays no client. Bounded: events that do not fit are dropped and logged. Nothing
 * is delivered before {@link #begin}: the cluster tells its topics while the node starts, and an
 * observer may ask for more of the node.
 */
public final class EventQueue implements Executor, AutoCloseable {

  /** Events that wait for slow observers. */
  static final int CAPACITY = 100_000;

  private static final Logger LOG = System.getLogger(EventQueue.class.getName());
  private static final LimitedLog LOST = new LimitedLog(EventQueue.class);
  private static final int STOP_SECONDS = 5;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();
  private final ThreadPoolExecutor executor;

  public EventQueue(ThreadFactory threads) {
    executor =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    // starts the thread now, not with the first event: later, the system may have none left
    executor.execute(this::awaitBegin);
  }

  private void awaitBegin() {
    try {
      begun.await();
    } catch (InterruptedException e) {
      // closed before it began: nothing is left to run
      Thread.currentThread().interrupt();
    }
  }

  /** Delivers from now on, what was put before first. */
  public void begin() {
    begun.countDown();
  }

  /** Runs an event after all that was put before, or drops it if too many wait. Never blocks. */
  public void put(Runnable event) {
    if (waiting.incrementAndGet() > CAPACITY) {
      waiting.decrementAndGet();
      LOST.log(
          Level.WARNING,
          "An event observer of the application is too slow: {0} events wait, and another one is"
              + " dropped. Let the observer hand long work to a thread of its own.",
          CAPACITY);
      return;
    }
    try {
      execute(
          () -> {
            waiting.decrementAndGet();
            event.run();
          });
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "The node stops", e);
    }
  }

  /**
   * Runs a task after all that was put before, however much that is: for queues that have bounds of
   * their own and put one task at a time.
   *
   * @throws RejectedExecutionException if the queue is closed
   */
  @Override
  public void execute(Runnable event) {
    executor.execute(
        () -> {
          try {
            event.run();
          } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "An event observer of the application failed", e);
          }
        });
  }

  @Override
  public void close() {
    if (begun.getCount() > 0) {
      executor.shutdownNow();
      return;
    }
    executor.shutdown();
    try {
      if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
