package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smqcluster.threads.DaemonThreads;

/** The clients that make the code of a connect warm. */
class WarmUpTest {

  private final List<Thread> started = new ArrayList<>();

  private WarmUp start() {
    DaemonThreads threads = new DaemonThreads("smq-warm-up");
    return WarmUp.start(
        task -> {
          Thread thread = threads.newThread(task);
          started.add(thread);
          return thread;
        });
  }

  @Test
  void allItsClientsConnectAndItLeavesNoThread() {
    WarmUp warmUp = start();
    assertEquals(WarmUp.CONNECTS, warmUp.await(Duration.ofSeconds(60).toMillis()));
    assertFalse(started.get(0).isAlive());
  }

  @Test
  void aStartThatHasAllElseDoesNotWaitForAllOfThem() {
    WarmUp warmUp = start();
    int made = warmUp.await(1);
    assertTrue(made < WarmUp.CONNECTS, made + " connects in a millisecond");
    assertFalse(started.get(0).isAlive());
  }
}
