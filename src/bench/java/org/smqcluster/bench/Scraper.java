package org.smqcluster.bench;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.smqcluster.testing.NodeProcess;

/** Reads a node's metrics once a second, as Prometheus does. */
final class Scraper implements AutoCloseable {

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> scraping;

  private Scraper(NodeProcess node) {
    scraping = clock.scheduleAtFixedRate(() -> node.get("/metrics"), 0, 1, TimeUnit.SECONDS);
  }

  static Scraper start(NodeProcess node) {
    return new Scraper(node);
  }

  /** Fails if a reading failed, after which there were no more. */
  void check() {
    if (scraping.isDone()) {
      throw new IllegalStateException("the metrics could not be read");
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
