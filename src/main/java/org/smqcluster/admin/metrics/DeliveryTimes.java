package org.smqcluster.admin.metrics;

import java.util.Collection;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerMetrics;

/** The delivery times of a node's brokers as a histogram in Prometheus' text form. */
final class DeliveryTimes {

  private static final double NANOS_PER_SECOND = 1e9;

  private DeliveryTimes() {}

  static String text(Collection<Broker> brokers) {
    String name = SmqMetric.DELIVERY.metric();
    StringBuilder out = new StringBuilder();
    out.append("# TYPE ").append(name).append(" histogram\n");
    out.append("# HELP ").append(name).append(' ').append(SmqMetric.DELIVERY.help()).append('\n');
    brokers.forEach(broker -> add(out, name, broker.name(), broker.metrics()));
    return out.toString();
  }

  private static void add(StringBuilder out, String name, String broker, BrokerMetrics metrics) {
    long upTo = 0;
    for (int i = 0; i < BrokerMetrics.DELIVERY_BUCKETS; i++) {
      upTo += metrics.deliveryTime(i);
      bucket(out, name, broker, seconds(BrokerMetrics.bucketNanos(i)), upTo);
    }
    upTo += metrics.deliveryTime(BrokerMetrics.DELIVERY_BUCKETS);
    bucket(out, name, broker, "+Inf", upTo);
    String of = "{broker=\"" + broker + "\"} ";
    out.append(name).append("_sum").append(of).append(seconds(metrics.deliveryNanos()));
    out.append('\n').append(name).append("_count").append(of).append(upTo).append('\n');
  }

  private static void bucket(StringBuilder out, String name, String broker, String le, long upTo) {
    out.append(name).append("_bucket{broker=\"").append(broker).append("\",le=\"").append(le);
    out.append("\"} ").append(upTo).append('\n');
  }

  private static String seconds(long nanos) {
    return Double.toString(nanos / NANOS_PER_SECOND);
  }
}
