package org.smqcluster.admin.topics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.smqcluster.admin.paging.TopK;
import org.smqcluster.broker.spi.Topic;

/**
 * How much is published to the topics of one broker by this node's clients. Looks at the counters
 * every few seconds; topics that were never published to cost nothing. Thread-safe.
 */
public final class TopicTraffic {

  /** What was published to a topic on one node; the rate is messages a second, lately. */
  public record Traffic(int tid, long messages, double rate) {}

  private static final double NANOS_PER_SECOND = 1e9;

  private volatile Map<Integer, Traffic> traffic = Map.of();
  private long measuredNanos;

  /** Looks at the counters, at a time of {@link System#nanoTime}. */
  public synchronized void measure(Iterable<? extends Topic> topics, long nanos) {
    double seconds = (nanos - measuredNanos) / NANOS_PER_SECOND;
    boolean first = measuredNanos == 0;
    Map<Integer, Traffic> now = new HashMap<>();
    for (Topic topic : topics) {
      long messages = topic.messages();
      if (messages > 0) {
        Traffic before = traffic.get(topic.tid());
        long more = messages - (before == null ? 0 : before.messages());
        double rate = first ? 0 : more / seconds;
        now.put(topic.tid(), new Traffic(topic.tid(), messages, rate));
      }
    }
    measuredNanos = nanos;
    traffic = now;
  }

  /** The traffic of these topics; topics without traffic are left out. */
  public List<Traffic> of(int[] tids) {
    Map<Integer, Traffic> now = traffic;
    return Arrays.stream(tids).mapToObj(now::get).filter(found -> found != null).toList();
  }

  /** The busiest topics of the wanted TIDs, so many at most, the busiest first. */
  public List<Traffic> busiest(int count, IntPredicate wanted) {
    TopK<Traffic> top =
        new TopK<>(
            count,
            Comparator.comparingDouble(Traffic::rate)
                .thenComparingLong(Traffic::messages)
                .reversed());
    traffic.values().stream().filter(each -> wanted.test(each.tid())).forEach(top::add);
    return top.from(0);
  }
}
