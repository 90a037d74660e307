package org.smqcluster.admin.metrics;

import java.util.List;

/** The names of a metric's series, as queries use them. */
public final class MetricSeries {

  private MetricSeries() {}

  public static List<String> of(SmqMetric metric) {
    String name = metric.metric();
    return metric == SmqMetric.DELIVERY
        ? List.of(name + "_bucket", name + "_sum", name + "_count")
        : List.of(name);
  }
}
