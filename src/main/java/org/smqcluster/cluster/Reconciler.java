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

  /** From here on the entries of nodes that are gone are removed; before, they may merge back. */
  private static final Duration GHOSTS_AFTER = Duration.ofMillis(1500);

  private static final long EVERY_SECONDS = 30;

  private final ScheduledExecutorService timer;
  private final Runnable reconcile;
  private final Runnable removeGhosts;
  private final AtomicInteger views = new AtomicInteger();

  Reconciler(ScheduledExecutorService timer, Runnable reconcile, Runnable removeGhosts) {
    this.timer = timer;
    this.reconcile = reconcile;
    this.removeGhosts = removeGhosts;
  }

  void start() {
    timer.scheduleWithFixedDelay(() -> pass(true), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  /** The view has changed. */
  void viewChanged() {
    int number = views.incrementAndGet();
    for (Duration after : AFTER_VIEW) {
      try {
        timer.schedule(
            () -> {
              if (views.get() == number) {
                pass(after.compareTo(GHOSTS_AFTER) >= 0);
              }
            },
            after.toMillis(),
            TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        return;
      }
    }
  }

  private void pass(boolean withGhosts) {
    try {
      reconcile.run();
      if (withGhosts) {
        removeGhosts.run();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The caches could not be read; they will be again", e);
    }
  }
}
