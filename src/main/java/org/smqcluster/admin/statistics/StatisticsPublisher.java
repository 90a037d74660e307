package org.smqcluster.admin.statistics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;

/** Measures this node every two seconds and tells the other nodes, from its start to its end. */
@ApplicationScoped
public class StatisticsPublisher {

  /** Time between two measurements. */
  public static final int SECONDS = 2;

  @Inject private SmqNode node;
  @Inject private Settings settings;
  @Inject private StatisticsHistory history;
  @Inject private ScheduledExecutorService executor;
  private final NodeStatistics meter = new NodeStatistics();

  void start(@Observes NodeStarted started) {
    executor.scheduleWithFixedDelay(
        () -> InternalErrors.contain("this node's figures", this::publish),
        0,
        SECONDS,
        TimeUnit.SECONDS);
    executor.scheduleAtFixedRate(
        () -> InternalErrors.contain("the history of figures", this::look),
        StatisticsHistory.SECONDS,
        StatisticsHistory.SECONDS,
        TimeUnit.SECONDS);
  }

  private void look() {
    history.look(node.cluster().nodes(), System.currentTimeMillis() / 1000, System.nanoTime());
  }

  private void publish() {
    Map<String, Double> figures = meter.measure(node.brokers(), System.nanoTime());
    if (settings.get(SecurityKeys.DEVICE_TLS_ENABLED)) {
      // as a figure, because the fields of a node's entry are those of the oldest format
      figures.put(
          NodeStatistics.DEVICE_TLS_PORT, settings.get(SecurityKeys.DEVICE_TLS_PORT).doubleValue());
    }
    node.cluster().figures(figures);
  }
}
