package org.smqcluster.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.InternalErrors;

/**
 * Lets a node's clients go at a paced rate, so that the other nodes are not run over. A client's
 * connection is closed without a Disconnect packet, which would make public browser clients give
 * up; what was accepted for it before is sent before. Thread-safe.
 */
public final class Drain {

  private static final int STEP_MILLIS = 100;
  private static final int POLL_MILLIS = 50;

  private final ScheduledExecutorService scheduler;
  private final int clientsPerStep;
  private final Duration timeout;
  private ScheduledFuture<?> running;
  private CountDownLatch done = new CountDownLatch(0);
  private List<HostedBroker> drained = List.of();

  /**
   * Makes a drain.
   *
   * @param rate clients a second
   * @param timeout longest time that {@link #await} waits
   */
  public Drain(ScheduledExecutorService scheduler, int rate, Duration timeout) {
    this.scheduler = scheduler;
    this.clientsPerStep = Math.max(1, rate * STEP_MILLIS / 1000);
    this.timeout = timeout;
  }

  /** Starts, if it does not run already. */
  synchronized void start(List<HostedBroker> brokers) {
    if (running != null) {
      return;
    }
    done = new CountDownLatch(1);
    drained = brokers;
    running =
        scheduler.scheduleAtFixedRate(
            () -> InternalErrors.contain("a step of a drain", () -> step(brokers)),
            0,
            STEP_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void step(List<HostedBroker> brokers) {
    int gone = letGo(brokers, clientsPerStep);
    if (gone == 0 && isEmpty(brokers)) {
      done.countDown();
    }
  }

  /**
   * Whether all connections are closed: a session ends at once, what waits for its client later.
   * And whether other nodes have taken over what is parked.
   */
  static boolean isEmpty(List<HostedBroker> brokers) {
    return brokers.stream()
        .allMatch(
            each ->
                each.broker().connections() == 0
                    && each.broker().flushing() == 0
                    && each.broker().parkedForOthers() == 0);
  }

  /** Lets up to {@code atMost} clients of these brokers go; returns how many. */
  static int letGo(List<HostedBroker> brokers, int atMost) {
    int gone = 0;
    for (HostedBroker hosted : brokers) {
      gone += hosted.broker().letGo(atMost - gone);
    }
    return gone;
  }

  /** Stops letting clients go. */
  synchronized void cancel() {
    if (running != null) {
      running.cancel(false);
      running = null;
      done.countDown();
    }
  }

  /**
   * Waits until all clients are gone. Those that are there when the time is over are let go at
   * once; then it waits for parked sessions until they are taken or their grace period is over.
   */
  void await() {
    CountDownLatch waited;
    List<HostedBroker> brokers;
    synchronized (this) {
      waited = done;
      brokers = drained;
    }
    try {
      if (!waited.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        letGo(brokers, Integer.MAX_VALUE);
        while (isParking(brokers) && !waited.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          // each session that is parked has an end
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isParking(List<HostedBroker> brokers) {
    return brokers.stream().anyMatch(each -> each.broker().parkedForOthers() > 0);
  }
}
