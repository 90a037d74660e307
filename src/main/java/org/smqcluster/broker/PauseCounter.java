package org.smqcluster.broker;

import org.smqcluster.broker.spi.Connection;

/** Counts the pauses of a connection: reading goes on when each has been resumed. Thread-safe. */
final class PauseCounter {

  private final Connection connection;
  private int pauses;

  PauseCounter(Connection connection) {
    this.connection = connection;
  }

  /**
   * Pauses reading; every pause needs its own resume.
   *
   * @return true if reading was not paused before
   */
  synchronized boolean pause() {
    if (pauses++ > 0) {
      return false;
    }
    // inside the lock, so that the connection hears it in the order it happened
    connection.pauseReading();
    return true;
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
