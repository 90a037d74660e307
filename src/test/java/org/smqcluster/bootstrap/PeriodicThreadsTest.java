package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.smqcluster.testing.Await;

class PeriodicThreadsTest {

  private final PeriodicThreads threads = new PeriodicThreads();
  private final ScheduledExecutorService executor = threads.executor();

  /** Otherwise a task asks a node that has left: "Internal error in the alarms". */
  @Test
  @Timeout(30)
  void endReturnsWhenTheTaskUnderWayIsDone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    executor.scheduleWithFixedDelay(
        () -> {
          begun.countDown();
          await(goOn);
          runs.incrementAndGet();
        },
        0,
        1,
        TimeUnit.MILLISECONDS);
    begun.await();
    CompletableFuture<Void> ended = CompletableFuture.runAsync(threads::end);
    Await.until("the end to be begun", Duration.ofSeconds(10), executor::isShutdown);
    assertFalse(ended.isDone());
    goOn.countDown();
    ended.get();
    assertTrue(executor.isTerminated());
    assertEquals(1, runs.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
