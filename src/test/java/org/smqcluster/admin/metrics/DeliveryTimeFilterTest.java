package org.smqcluster.admin.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.TestBroker;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;

class DeliveryTimeFilterTest {

  private final TestBroker node = new TestBroker(BrokerHooks.NONE);

  @Test
  void bucketsAreCumulativeInRisingOrderAndEndWithAllOfThem() {
    List<String> lines = DeliveryTimeFilter.text(List.of(node.broker)).lines().toList();
    assertEquals("# TYPE smq_delivery_seconds histogram", lines.get(0));
    assertTrue(lines.get(1).startsWith("# HELP smq_delivery_seconds "));
    assertEquals("smq_delivery_seconds_bucket{broker=\"smq\",le=\"1.024E-6\"} 0", lines.get(2));
    int end = 2 + BrokerMetrics.DELIVERY_BUCKETS;
    assertEquals("smq_delivery_seconds_bucket{broker=\"smq\",le=\"+Inf\"} 0", lines.get(end));
    assertEquals("smq_delivery_seconds_sum{broker=\"smq\"} 0.0", lines.get(end + 1));
    assertEquals("smq_delivery_seconds_count{broker=\"smq\"} 0", lines.get(end + 2));
    assertEquals(end + 3, lines.size());
  }
}
