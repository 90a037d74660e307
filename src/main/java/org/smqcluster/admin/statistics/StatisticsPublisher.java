package org.smqcluster.admin.statistics;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;

/** Measures this node every two seconds and tells the other nodes, from its start to its end. */
@ApplicationScoped
public class StatisticsPublisher {

  /** Time between two measurements. */
  public static final int SECONDS = 2;

  private static final Logger LOG = System.getLogger(StatisticsPublisher.class.getName());

  @Inject private SmqNode node;
  @Inject private StatisticsHistory history;
  @Inject private ScheduledExecutorService executor;
  private final NodeStatistics meter = new NodeStatistics();
  private ScheduledFuture<?> running;
  private ScheduledFuture<?> looking;

  void start(@Observes NodeStarted started) {
    running = executor.scheduleWithFixedDelay(this::publish, 0, SECONDS, TimeUnit.SECONDS);
    looking =
        executor.scheduleAtFixedRate(
            this::look, StatisticsHistory.SECONDS, StatisticsHistory.SECONDS, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    if (running != null) {
      running.cancel(false);
      looking.cancel(false);
    }
  }

  private void look() {
    if (node.isStarted()) {
      history.look(node.cluster().nodes(), System.currentTimeMillis() / 1000, System.nanoTime());
    }
  }

  private void publish() {
    if (!node.isStarted()) {
      return;
    }
    try {
      node.cluster().figures(meter.measure(node.brokers(), System.nanoTime()));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "This node's figures could not be told to the others", e);
    }
  }
}
