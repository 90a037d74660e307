package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a node is taken for stuck. */
class WriteWatchTest {

  private final WriteWatch watch = new WriteWatch();
  private final AtomicInteger told = new AtomicInteger();

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      watch.tick();
    }
  }

  private Object begin() {
    watch.waits();
    return watch.began();
  }

  @Test
  void aNodeWhoseWritesDoNotEvenBeginIsStuck() {
    seconds(100);
    watch.waits();
    seconds(WriteWatch.STALL_SECONDS - 1);
    assertFalse(watch.isStuck());
    seconds(1);
    assertTrue(watch.isStuck());
    assertEquals(Duration.ofSeconds(WriteWatch.STALL_SECONDS), watch.oldest());
  }

  @Test
  void aNodeThatWritesNothingIsNotStuck() {
    watch.whenStuck(told::incrementAndGet);
    seconds(1000);
    assertFalse(watch.isStuck());
    assertEquals(Duration.ZERO, watch.oldest());
  }

  @Test
  void aNodeOfWhichNoWriteEndsIsStuckAndSaysSoOnce() {
    watch.whenStuck(told::incrementAndGet);
    seconds(100);
    begin();
    seconds(WriteWatch.STALL_SECONDS - 1);
    begin();
    assertFalse(watch.isStuck());
    assertEquals(Duration.ofSeconds(WriteWatch.STALL_SECONDS - 1), watch.oldest());
    seconds(1);
    assertTrue(watch.isStuck());
    seconds(100);
    assertEquals(1, told.get());
  }

  @Test
  void aNodeOfWhichOneWriteNeverEndsIsStuckThoughOthersDo() {
    begin();
    for (int i = 0; i < WriteWatch.TRY_SECONDS - 1; i++) {
      watch.ended(begin());
      seconds(1);
    }
    assertFalse(watch.isStuck());
    seconds(1);
    assertTrue(watch.isStuck());
  }

  @Test
  void writesThatFailDoEnd() {
    for (int i = 0; i < 10; i++) {
      Object attempt = begin();
      seconds(WriteWatch.STALL_SECONDS - 1);
      watch.ended(attempt);
    }
    assertFalse(watch.isStuck());
  }

  @Test
  void aLateListenerIsToldAtOnce() {
    begin();
    seconds(WriteWatch.STALL_SECONDS);
    watch.whenStuck(told::incrementAndGet);
    assertEquals(1, told.get());
  }
}
