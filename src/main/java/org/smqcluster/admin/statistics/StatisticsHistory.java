package org.smqcluster.admin.statistics;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.cluster.NodeInfo;

/**
 * Remembers the figures that all nodes tell, for a quarter of an hour, an hour and a day, so that a
 * chart is full when a page opens: 720 times, 100 bytes each for a node. Thread-safe.
 */
@ApplicationScoped
public class StatisticsHistory {

  /** Time between two values of the shortest range. */
  public static final int SECONDS = 5;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final String DROPPED = "dropped";

  /** Names of the charted figures as answers have them, and of their sources. */
  private static final List<String> CHARTED =
      List.of("messagesIn", "messagesOut", "clients", "outboxBytes", DROPPED);

  private static final List<String> SOURCES =
      List.of(
          NodeStatistics.MESSAGES_IN,
          NodeStatistics.MESSAGES_OUT,
          NodeStatistics.CLIENTS,
          NodeStatistics.OUTBOX_BYTES);

  @Schema(name = "History", description = "Figures of all nodes over time")
  public record View(
      @Schema(description = "Seconds since 1970, the oldest first", example = "[1767268800]")
          List<Long> times,
      @Schema(description = "Seconds between two times", example = "5") int step,
      @Schema(
              description =
                  "By node, then by figure: one value a time, null while it was not there",
              example = "{\"node1\": {\"messagesIn\": [12.5]}}")
          Map<String, Map<String, List<Double>>> nodes) {}

  private record Moment(long seconds, Map<String, double[]> nodes) {}

  /** The times of one range. */
  private static final class Range {

    private final int looks;
    private final int values;
    private final Deque<Moment> moments = new ArrayDeque<>();
    private final Map<String, double[]> sums = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private int looked;

    /** Keeps so many values, each the mean of so many looks. */
    Range(int looks, int values) {
      this.looks = looks;
      this.values = values;
    }

    void add(long seconds, Map<String, double[]> nodes) {
      nodes.forEach(
          (node, figures) -> {
            counts.merge(node, 1, Integer::sum);
            sums.merge(node, figures.clone(), Range::sum);
          });
      if (++looked < looks) {
        return;
      }
      sums.forEach((node, sum) -> Arrays.setAll(sum, i -> sum[i] / counts.get(node)));
      moments.add(new Moment(seconds, Map.copyOf(sums)));
      if (moments.size() > values) {
        moments.remove();
      }
      looked = 0;
      sums.clear();
      counts.clear();
    }

    private static double[] sum(double[] one, double[] other) {
      Arrays.setAll(one, i -> one[i] + other[i]);
      return one;
    }
  }

  private final Map<String, Range> ranges =
      Map.of("15m", new Range(1, 180), "1h", new Range(4, 180), "24h", new Range(48, 360));
  private final Map<String, Double> droppedBefore = new HashMap<>();
  private long lookedNanos;

  /**
   * Looks at what the nodes tell.
   *
   * @param seconds the time of now since 1970
   * @param nanos the same, as {@link System#nanoTime}
   */
  public synchronized void look(Collection<NodeInfo> nodes, long seconds, long nanos) {
    double since = (nanos - lookedNanos) / NANOS_PER_SECOND;
    lookedNanos = nanos;
    Map<String, double[]> all = new HashMap<>();
    for (NodeInfo node : nodes) {
      double[] figures = new double[CHARTED.size()];
      Arrays.setAll(
          figures,
          i ->
              i < SOURCES.size()
                  ? node.figures().getOrDefault(SOURCES.get(i), 0.0)
                  : dropRate(node, since));
      all.put(node.name(), figures);
    }
    droppedBefore.keySet().retainAll(all.keySet());
    ranges.values().forEach(range -> range.add(seconds, all));
  }

  /** Copies of messages dropped a second. */
  private double dropRate(NodeInfo node, double since) {
    double now =
        node.figures().entrySet().stream()
            .filter(each -> each.getKey().startsWith(NodeStatistics.DROPPED))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    Double before = droppedBefore.put(node.name(), now);
    // less than before: the node was restarted
    return before == null || now < before ? 0 : (now - before) / since;
  }

  /** The figures of the last 15m, 1h or 24h; empty for another range. */
  public synchronized Optional<View> view(String name) {
    return Optional.ofNullable(ranges.get(name)).map(StatisticsHistory::view);
  }

  private static View view(Range range) {
    List<Moment> all = List.copyOf(range.moments);
    TreeSet<String> names = new TreeSet<>();
    all.forEach(moment -> names.addAll(moment.nodes().keySet()));
    Map<String, Map<String, List<Double>>> nodes = new TreeMap<>();
    for (String name : names) {
      Map<String, List<Double>> series = new TreeMap<>();
      for (int i = 0; i < CHARTED.size(); i++) {
        Double[] values = new Double[all.size()];
        for (int j = 0; j < values.length; j++) {
          double[] figures = all.get(j).nodes().get(name);
          values[j] = figures == null ? null : figures[i];
        }
        series.put(CHARTED.get(i), Arrays.asList(values));
      }
      nodes.put(name, series);
    }
    return new View(all.stream().map(Moment::seconds).toList(), range.looks * SECONDS, nodes);
  }
}
