package org.smqcluster.client.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Percentiles of the load generator. */
class HistogramTest {

  @ParameterizedTest
  @CsvSource({"0.5, 500000", "0.9, 900000", "0.99, 990000", "1, 1000000"})
  void quantilesAreRightToThreePercent(double quantile, double expected) {
    Histogram histogram = new Histogram();
    for (int i = 1; i <= 1_000_000; i++) {
      histogram.record(i);
    }
    assertEquals(expected, histogram.quantile(quantile), expected * 0.032);
  }

  @Test
  void smallAndExtremeValuesAreExactAtTheirEnds() {
    Histogram histogram = new Histogram();
    histogram.record(-5);
    histogram.record(63);
    assertEquals(0, histogram.quantile(0.5));
    assertEquals(63, histogram.quantile(1));
    histogram.record(Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE, histogram.max());
    assertEquals(Long.MAX_VALUE, histogram.quantile(1));
  }

  @Test
  void histogramsAreAdded() {
    Histogram sum = new Histogram();
    Histogram other = new Histogram();
    sum.record(10);
    other.record(20);
    sum.add(other);
    assertEquals(2, sum.total());
    assertEquals(20, sum.max());
    assertEquals(10, sum.quantile(0.5));
  }

  @Test
  void anEmptyOneHasNoLatency() {
    assertEquals(0, new Histogram().quantile(0.99));
  }
}
