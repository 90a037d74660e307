package org.smqcluster.cluster;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings indexes and caches in line again: several times after each change of the view, for while
 * nodes come, go and merge a cache may not have all events or all entries, and every half minute to
 * be sure. A pass reads the local copies and writes only what differs.
 */
final class Reconciler {

  private static final Logger LOG = System.getLogger(Reconciler.class.getName());

  private static final List<Duration> AFTER_VIEW =
      List.of(
          Duration.ofMillis(200),
          Duration.ofMillis(700),
          Duration.ofMillis(1500),
          Duration.ofMillis(3000),
          Duration.ofMillis(6000),
          Duration.ofMillis(12000));

  /** What a pass does; all run on the timer's thread. */
  interface Work {

    /** Reads the local copies, and writes again what this node owns. */
    void reconcile();

    /** Lets the others compare their copies. */
    void compare();

    /**
     * Removes what nodes left that are gone.
     *
     * @param thoroughly whether it should have been gone long since
     */
    void removeGhosts(boolean thoroughly);
  }

  /** From here on what nodes left that are gone is removed; before, they may merge back. */
  private static final Duration GHOSTS_AFTER = Duration.ofMillis(1500);

  private static final Duration GHOSTS_THOROUGHLY_AFTER = Duration.ofMillis(6000);

  private static final long EVERY_SECONDS = 30;

  private final ScheduledExecutorService timer;
  private final Work work;
  private final AtomicInteger views = new AtomicInteger();

  Reconciler(ScheduledExecutorService timer, Work work) {
    this.timer = timer;
    this.work = work;
  }

  void start() {
    timer.scheduleWithFixedDelay(
        () -> pass(GHOSTS_THOROUGHLY_AFTER, true), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * The view has changed.
   *
   * @param merged whether nodes are back, so that many copies may differ; where a node died while
   *     it wrote, a few may
   */
  void viewChanged(boolean merged) {
    int number = views.incrementAndGet();
    for (Duration after : AFTER_VIEW) {
      try {
        timer.schedule(
            () -> {
              if (views.get() == number) {
                pass(after, merged);
              }
            },
            after.toMillis(),
            TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        return;
      }
    }
  }

  private void pass(Duration after, boolean compare) {
    try {
      work.reconcile();
      boolean isLater = after.compareTo(GHOSTS_AFTER) >= 0;
      if (compare || isLater) {
        work.compare();
      }
      if (isLater) {
        work.removeGhosts(after.compareTo(GHOSTS_THOROUGHLY_AFTER) >= 0);
      }
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "The caches could not be compared with the nodes of the cluster; the node tries again",
          e);
    }
  }
}
