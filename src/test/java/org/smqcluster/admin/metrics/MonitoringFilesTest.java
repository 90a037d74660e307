package org.smqcluster.admin.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The files for operators name only metrics that the broker has. */
class MonitoringFilesTest {

  private static final Path FOLDER = Path.of("server-config", "monitoring");
  private static final Path PAGE = Path.of("src", "docs", "operations.md");

  /** What is not a metric of ours in an expression: functions, words, labels, and "up". */
  private static final Set<String> LANGUAGE =
      Set.of(
          "up",
          "sum",
          "max",
          "min",
          "by",
          "rate",
          "histogram_quantile",
          "job",
          "smq",
          "instance",
          "part",
          "event",
          "reason",
          "result",
          "type",
          "publish",
          "change",
          "refused",
          "expired",
          "dropped",
          "increase",
          "or",
          "le",
          "node",
          "m",
          "receiver",
          "no");

  private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  @Test
  void alertsUseOnlyMetricsThatExist() throws IOException {
    List<String> expressions =
        Files.readAllLines(FOLDER.resolve("alerts.yml")).stream()
            .map(String::trim)
            .filter(line -> line.startsWith("expr: "))
            .map(line -> line.substring("expr: ".length()))
            .toList();
    assertTrue(expressions.size() >= 8, "every rule has one");
    assertEquals(Set.of(), unknownWords(expressions));
  }

  @Test
  void theDashboardUsesOnlyMetricsThatExist() throws IOException {
    assertEquals(Set.of(), unknownWords(dashboardExpressions()));
  }

  @Test
  void theDashboardShowsAlmostEveryMetric() throws IOException {
    Set<String> shown = new TreeSet<>();
    dashboardExpressions().forEach(expression -> shown.addAll(words(expression)));
    Set<String> hidden =
        names().stream().filter(name -> !shown.contains(name)).collect(Collectors.toSet());
    assertEquals(
        Set.of(
            "smq_cluster_clients",
            "smq_led_device_changes_total",
            "smq_led_devices",
            "smq_led_devices_limit",
            "smq_last_values_unkept_total",
            "smq_shared_map_bytes",
            "smq_shared_map_entries",
            "smq_shared_map_refused_total",
            "smq_led_device_bytes",
            "smq_led_device_limit_bytes",
            "smq_bus_bytes_sent_total",
            "smq_bus_packets_received_total",
            "smq_bus_repeated_messages_total"),
        hidden);
  }

  @Test
  void namesFollowTheConventionsAndAreExplained() {
    for (SmqMetric metric : SmqMetric.values()) {
      assertTrue(metric.metric().matches("smq_[a-z_]+"), metric.metric());
      assertTrue(metric.help().length() > 10, metric.metric());
    }
  }

  @Test
  void theOperationsPageExplainsEveryMetric() throws IOException {
    String page = Files.readString(PAGE);
    for (SmqMetric metric : SmqMetric.values()) {
      String row = "| `" + metric.metric() + "` | " + metric.help() + " |\n";
      assertTrue(page.contains(row), "put this line into " + PAGE + ": " + row);
    }
  }

  private static List<String> dashboardExpressions() throws IOException {
    String text = Files.readString(FOLDER.resolve("grafana-dashboard.json"));
    return EXPRESSION
        .matcher(text)
        .results()
        .map(found -> found.group(1).replace("\\\"", "\""))
        .toList();
  }

  private static Set<String> unknownWords(List<String> expressions) {
    Set<String> unknown = new TreeSet<>();
    expressions.forEach(expression -> unknown.addAll(words(expression)));
    unknown.removeAll(names());
    unknown.removeAll(LANGUAGE);
    return unknown;
  }

  private static Set<String> words(String expression) {
    Set<String> words = new TreeSet<>();
    Matcher matcher = WORD.matcher(expression);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  private static Set<String> names() {
    return Arrays.stream(SmqMetric.values())
        .flatMap(metric -> MetricSeries.of(metric).stream())
        .collect(Collectors.toSet());
  }
}
