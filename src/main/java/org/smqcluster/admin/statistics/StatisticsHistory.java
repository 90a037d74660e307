package org.smqcluster.admin.statistics;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.smqcluster.cluster.NodeInfo;

/**
 * Remembers the figures that all nodes tell, for a quarter of an hour, so that a chart is full when
 * a page opens. Thread-safe.
 */
@ApplicationScoped
public class StatisticsHistory {

  /** Time between two values. */
  public static final int SECONDS = 5;

  private static final int VALUES = 15 * 60 / SECONDS;
  private static final double NANOS_PER_SECOND = 1e9;

  private static final Map<String, String> CHARTED =
      Map.of(
          NodeStatistics.MESSAGES_IN, "messagesIn",
          NodeStatistics.MESSAGES_OUT, "messagesOut",
          NodeStatistics.CLIENTS, "clients",
          NodeStatistics.OUTBOX_BYTES, "outboxBytes");

  private record Moment(long seconds, Map<String, Map<String, Double>> nodes) {}

  private final Deque<Moment> moments = new ArrayDeque<>();
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
    Map<String, Map<String, Double>> all = new HashMap<>();
    for (NodeInfo node : nodes) {
      Map<String, Double> figures = new HashMap<>();
      CHARTED.forEach(
          (figure, charted) -> figures.put(charted, node.figures().getOrDefault(figure, 0.0)));
      figures.put("dropped", dropRate(node, since));
      all.put(node.name(), figures);
    }
    moments.add(new Moment(seconds, all));
    if (moments.size() > VALUES) {
      moments.remove();
    }
  }

  /** Copies of messages dropped a second. */
  private double dropRate(NodeInfo node, double since) {
    double now =
        node.figures().entrySet().stream()
            .filter(each -> each.getKey().startsWith(NodeStatistics.DROPPED))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    Double before = droppedBefore.put(node.name(), now);
    // less than before: the node has started again
    return before == null || now < before ? 0 : (now - before) / since;
  }

  /** All that is remembered. */
  public synchronized HistoryView view() {
    List<Moment> all = List.copyOf(moments);
    TreeSet<String> names = new TreeSet<>();
    all.forEach(moment -> names.addAll(moment.nodes().keySet()));
    Map<String, Map<String, List<Double>>> nodes = new TreeMap<>();
    for (String name : names) {
      Map<String, List<Double>> series = new TreeMap<>();
      List<String> figures = new ArrayList<>(CHARTED.values());
      figures.add("dropped");
      for (String figure : figures) {
        Double[] values = new Double[all.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = all.get(i).nodes().getOrDefault(name, Map.of()).get(figure);
        }
        series.put(figure, Arrays.asList(values));
      }
      nodes.put(name, series);
    }
    return new HistoryView(all.stream().map(Moment::seconds).toList(), nodes);
  }
}
