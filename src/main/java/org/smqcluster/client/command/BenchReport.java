package org.smqcluster.client.command;

import java.util.List;
import java.util.Locale;

/**
 * The figures of a benchmark.
 *
 * @param seconds that were measured
 * @param sent messages that were due then
 * @param expected receptions of them, had none been lost
 * @param latencies from when a message was due to its handler; round trips for {@code direct}
 */
record BenchReport(BenchPlan plan, double seconds, long sent, long expected, Histogram latencies) {

  private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99, 0.999);

  /** For people, line by line. */
  List<String> lines() {
    StringBuilder percentiles = new StringBuilder("latency  ");
    for (double quantile : QUANTILES) {
      percentiles.append("p%s %.3f ms  ".formatted(percent(quantile), millis(quantile)));
    }
    return List.of(
        plan.toString(),
        "sent     %,12.0f messages/s".formatted(sent / seconds),
        "received %,12.0f messages/s".formatted(latencies.total() / seconds),
        "lost     %,12d".formatted(expected - latencies.total()),
        percentiles + "max %.3f ms".formatted(latencies.max() / 1e6));
  }

  /** For programs, one line; latencies in milliseconds. */
  String json() {
    StringBuilder json = new StringBuilder();
    json.append(
        String.format(
            Locale.ROOT,
            "{\"mode\":\"%s\",\"publishers\":%d,\"receivers\":%d,\"size\":%d,\"window\":%d,"
                + "\"rate\":%d,\"seconds\":%.3f,\"sentPerSecond\":%.1f,"
                + "\"receivedPerSecond\":%.1f,\"lost\":%d",
            plan.mode().word(),
            plan.publishers(),
            plan.receivers(),
            plan.bytes(),
            plan.window(),
            plan.rate(),
            seconds,
            sent / seconds,
            latencies.total() / seconds,
            expected - latencies.total()));
    for (double quantile : QUANTILES) {
      json.append(String.format(Locale.ROOT, ",\"p%s\":%.3f", percent(quantile), millis(quantile)));
    }
    json.append(String.format(Locale.ROOT, ",\"max\":%.3f}", latencies.max() / 1e6));
    return json.toString();
  }

  private double millis(double quantile) {
    return latencies.quantile(quantile) / 1e6;
  }

  private static String percent(double quantile) {
    String percent = String.format(Locale.ROOT, "%.1f", quantile * 100);
    return percent.endsWith(".0") ? percent.substring(0, percent.length() - 2) : percent;
  }
}
