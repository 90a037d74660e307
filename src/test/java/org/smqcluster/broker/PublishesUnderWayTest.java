package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.Await;

class PublishesUnderWayTest {

  private final PublishesUnderWay underWay = new PublishesUnderWay();

  private boolean isSettled() {
    return underWay.settled().toCompletableFuture().isDone();
  }

  @Test
  void whatHasBegunIsWaitedForAndWhatBeginsLaterIsNot() {
    assertTrue(isSettled());
    AtomicLong first = underWay.begin();
    CompletableFuture<Void> settled = underWay.settled().toCompletableFuture();
    AtomicLong within = underWay.begin();
    PublishesUnderWay.end(within);
    assertFalse(settled.isDone(), "the outer one is under way");
    PublishesUnderWay.end(first);
    AtomicLong later = underWay.begin();
    Await.until("the first to have ended", Duration.ofSeconds(5), settled::isDone);
    assertFalse(isSettled());
    PublishesUnderWay.end(later);
    assertTrue(isSettled());
  }

  @Test
  void aThreadThatEndedWithinAPublishIsNotWaitedFor() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread broken =
        new Thread(
            () -> {
              underWay.begin();
              begun.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    broken.start();
    assertTrue(begun.await(5, TimeUnit.SECONDS));
    CompletableFuture<Void> settled = underWay.settled().toCompletableFuture();
    assertFalse(settled.isDone());
    end.countDown();
    Await.until("it to be given up", Duration.ofSeconds(5), settled::isDone);
  }
}
