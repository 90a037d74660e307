package org.smqcluster.broker;

import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.Connection;

/** Counts the pauses of a connection: reading goes on when each has been resumed. Thread-safe. */
final class PauseCounter {

  private final Connection connection;
  private final BrokerMetrics metrics;
  private int pauses;

  PauseCounter(Connection connection, BrokerMetrics metrics) {
    this.metrics = metrics;
    this.connection = connection;
  }

  /** Pauses reading; every pause needs its own resume. */
  synchronized void pause() {
    if (pauses++ == 0) {
      // inside the lock, so that the connection hears it in the order it happened
      connection.pauseReading();
      metrics.count(Counter.PUBLISHER_PAUSES);
    }
  }

  synchronized void resume() {
    if (--pauses == 0) {
      connection.resumeReading();
    }
  }

  synchronized boolean isPaused() {
    return pauses > 0;
  }
}
