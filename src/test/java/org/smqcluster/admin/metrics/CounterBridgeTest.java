package org.smqcluster.admin.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CounterBridgeTest {

  private long source;
  private long target;
  private final MetricsPublisher.CounterBridge counting =
      new MetricsPublisher.CounterBridge(() -> source, more -> target += more);

  @Test
  void whatIsMoreIsAddedOnce() {
    source = 5;
    counting.bring();
    counting.bring();
    assertEquals(5, target);
    source = 7;
    counting.bring();
    assertEquals(7, target);
  }

  @Test
  void aSourceThatBeginsAgainIsAddedToWhatThereIs() {
    source = 5;
    counting.bring();
    source = 2;
    counting.bring();
    assertEquals(7, target);
  }
}
