package org.smqcluster.cluster;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
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

  /** From here on what nodes left that are gone is removed; before, they may merge back. */
  private static final Duration GHOSTS_AFTER = Duration.ofMillis(1500);

  private static final Duration GHOSTS_THOROUGHLY_AFTER = Duration.ofMillis(6000);

  private static final long EVERY_SECONDS = 30;

  private final ScheduledExecutorService timer;
  private final Members members;
  private final Collection<BrokerCluster> brokers;
  private final Repair repair;
  private final AtomicInteger views = new AtomicInteger();

  /**
   * @param brokers those of this node, a live view
   */
  Reconciler(
      ScheduledExecutorService timer,
      Members members,
      Collection<BrokerCluster> brokers,
      Repair repair) {
    this.timer = timer;
    this.members = members;
    this.brokers = brokers;
    this.repair = repair;
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

  /** On the timer's thread. */
  private void pass(Duration after, boolean compare) {
    try {
      repair.tables().get().forEach(CacheTable::reconcile);
      boolean isLater = after.compareTo(GHOSTS_AFTER) >= 0;
      if (compare || isLater) {
        repair.tell();
      }
      if (isLater) {
        removeGhosts(after.compareTo(GHOSTS_THOROUGHLY_AFTER) >= 0);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "The caches could not be compared with the nodes of the cluster; the node tries again",
          e);
    }
  }

  /**
   * Removes what nodes left that are gone.
   *
   * @param thoroughly whether it should have been gone long since
   */
  private void removeGhosts(boolean thoroughly) {
    if (members.isComplete() && (thoroughly || members.isCoordinator())) {
      members.removeGhosts();
      brokers.forEach(broker -> broker.removeGhosts(thoroughly));
    }
  }
}
