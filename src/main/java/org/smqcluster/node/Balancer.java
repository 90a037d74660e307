package org.smqcluster.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.NodeState;

/**
 * Lets surplus clients go from a node that has clearly more than the mean of all ready nodes, so
 * that they drift back after a node was away. Slow on purpose: each of them connects again, to
 * whatever node its next address is. Thread-safe.
 */
public final class Balancer {

  /** A surplus of up to a tenth of the mean, and of up to this many clients, is left alone. */
  static final int TOLERATED_CLIENTS = 5;

  private static final int TOLERATED_PART = 10;
  private static final int LOOK_SECONDS = 10;

  private static final Logger LOG = System.getLogger(Balancer.class.getName());

  private final ScheduledExecutorService scheduler;
  private final ClusterNode cluster;
  private final List<HostedBroker> brokers;
  private final int rate;

  /** Clients still to let go; touched on the scheduler's one thread. */
  private int surplus;

  /**
   * Makes a balancer.
   *
   * @param scheduler with a single thread
   * @param rate clients a second that are let go
   */
  public Balancer(
      ScheduledExecutorService scheduler,
      ClusterNode cluster,
      List<HostedBroker> brokers,
      int rate) {
    this.scheduler = scheduler;
    this.cluster = cluster;
    this.brokers = List.copyOf(brokers);
    this.rate = rate;
  }

  /** Looks for a surplus every few seconds from now on. */
  public void runAlways() {
    scheduler.scheduleWithFixedDelay(
        () -> InternalErrors.contain("a check of the balance", this::look),
        LOOK_SECONDS,
        LOOK_SECONDS,
        TimeUnit.SECONDS);
  }

  /** Looks for a surplus once, soon. */
  public void runOnce() {
    scheduler.execute(() -> InternalErrors.contain("a check of the balance", this::look));
  }

  private void look() {
    boolean underWay = surplus > 0;
    int mine = brokers.stream().mapToInt(hosted -> hosted.broker().clients().size()).sum();
    int all = brokers.stream().mapToInt(hosted -> hosted.cluster().clientCount()).sum();
    surplus = surplus(mine, all, readyNodes());
    if (surplus > 0 && !underWay) {
      LOG.log(
          Level.INFO,
          "Rebalancing: this node has {0} of {1} clients and disconnects {2} of them, {3} a second",
          mine,
          all,
          surplus,
          rate);
      scheduler.execute(this::letSomeGo);
    }
  }

  /** How many clients a node with {@code mine} of {@code all} clients should let go. */
  static int surplus(int mine, int all, int nodes) {
    if (nodes < 2) {
      return 0;
    }
    int mean = (all + nodes - 1) / nodes;
    int over = mine - mean;
    return over > Math.max(TOLERATED_CLIENTS, mean / TOLERATED_PART) ? over : 0;
  }

  private int readyNodes() {
    return (int) cluster.nodes().stream().filter(n -> n.state() == NodeState.READY).count();
  }

  private void letSomeGo() {
    int now = Math.min(surplus, rate);
    surplus -= now;
    InternalErrors.contain("a step of the balance", () -> Drain.letGo(brokers, now));
    if (surplus > 0) {
      scheduler.schedule(this::letSomeGo, 1, TimeUnit.SECONDS);
    }
  }
}
