package org.smqcluster.admin.alarms;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.smqcluster.admin.alarms.AlarmState.Subject;
import org.smqcluster.admin.statistics.NodeStatistics;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.cluster.NodeState;
import org.smqcluster.cluster.NodeWatcher;
import org.smqcluster.led.DeviceChange;
import org.smqcluster.led.DeviceRegistry;
import org.smqcluster.node.Descriptors;
import org.smqcluster.node.SmqNode;

/** Measures what the rules are about, at this node. Used by one thread, but for {@link #watch}. */
@ApplicationScoped
public class AlarmValues {

  /** A node that has not come back in time no longer counts as missing. */
  private static final Duration MISSED = Duration.ofHours(1);

  private static final int MAX_MISSED = 100;
  private static final long SLOW_NANOS = 500_000_000;

  /** A delivery in a hundred may be slow. */
  private static final int SLOW_PART = 100;

  @Inject private SmqNode node;
  @Inject private DeviceRegistry devices;
  @Inject private Descriptors descriptors;
  private final Map<String, Instant> missed = new ConcurrentHashMap<>();

  /** Begins to look after the other nodes. */
  void watch() {
    node.cluster()
        .watch(
            new NodeWatcher() {
              @Override
              public void joined(NodeInfo joined) {
                missed.remove(joined.name());
              }

              @Override
              public void left(NodeInfo left) {
                // a node that is stopped properly drains first
                if (left.state() == NodeState.READY && missed.size() < MAX_MISSED) {
                  missed.put(left.name(), Instant.now());
                }
              }
            });
  }

  Map<Subject, Double> measure(Instant now) {
    Map<Subject, Double> values = new HashMap<>();
    missed.values().removeIf(since -> since.plus(MISSED).isBefore(now));
    if (node.cluster().nodes().stream().allMatch(n -> n.name().compareTo(node.name()) >= 0)) {
      // one node is enough to tell
      missed.keySet().forEach(name -> values.put(new Subject(AlarmRule.NODE_DOWN, name, ""), 1.0));
    }
    put(values, AlarmRule.NODE_NOT_READY, "", node.state() == NodeState.READY ? 0 : 1);
    put(values, AlarmRule.NODE_STUCK, "", node.cluster().oldestWrite().toSeconds());
    put(values, AlarmRule.DESCRIPTORS_RUN_OUT, "", -descriptors.left());
    put(values, AlarmRule.INTERNAL_ERRORS, "", InternalErrors.count());
    put(values, AlarmRule.DEVICES_REFUSED, "", devices.count(DeviceChange.REFUSED));
    put(
        values,
        AlarmRule.OUTBOXES_FILL,
        "",
        node.cluster().self().figures().getOrDefault(NodeStatistics.OUTBOX_BYTES, 0.0));
    List<Broker> brokers = node.brokers();
    put(
        values,
        AlarmRule.BUS_QUEUE_FILLS,
        "",
        sum(brokers, broker -> node.brokerCluster(broker.name()).pendingBytes()));
    put(values, AlarmRule.DELIVERY_SLOW, "", sum(brokers, broker -> slow(broker.metrics())));
    put(values, AlarmRule.SESSIONS_LOST, "", sum(brokers, broker -> lost(broker.metrics())));
    for (DropReason reason : DropReason.values()) {
      if (reason != DropReason.NO_RECEIVER) {
        put(
            values,
            AlarmRule.MESSAGES_DROPPED,
            NodeStatistics.name(reason),
            sum(brokers, broker -> broker.metrics().droppedCopies(reason)));
      }
    }
    for (Refusal reason : Refusal.values()) {
      put(
          values,
          AlarmRule.CONNECTIONS_REFUSED,
          NodeStatistics.name(reason),
          sum(brokers, broker -> broker.metrics().refusals(reason)));
    }
    for (Broker broker : brokers) {
      var use = broker.memoryUse();
      put(values, AlarmRule.MEMORY_FILLS, "all", (double) use.bytes() / use.maxBytes());
      put(values, AlarmRule.MEMORY_FILLS, "names", (double) use.nameBytes() / use.maxNameBytes());
    }
    return values;
  }

  /** Keeps the highest value of several brokers. */
  private void put(Map<Subject, Double> values, AlarmRule rule, String label, double value) {
    values.merge(new Subject(rule, node.name(), label), value, Math::max);
  }

  private static double sum(List<Broker> brokers, ToDoubleFunction<Broker> of) {
    return brokers.stream().mapToDouble(of).sum();
  }

  private static double lost(BrokerMetrics metrics) {
    return metrics.sessions(BrokerMetrics.Move.EXPIRED)
        + metrics.sessions(BrokerMetrics.Move.REFUSED)
        + metrics.counted(Counter.HELD_DROPPED);
  }

  /** Rises while more than one delivery in a hundred is slow. */
  private static double slow(BrokerMetrics metrics) {
    long slow = 0;
    long all = 0;
    for (int i = 0; i <= BrokerMetrics.DELIVERY_BUCKETS; i++) {
      long count = metrics.deliveryTime(i);
      all += count;
      boolean late =
          i == BrokerMetrics.DELIVERY_BUCKETS || BrokerMetrics.bucketNanos(i) > SLOW_NANOS;
      slow += late ? count : 0;
    }
    return SLOW_PART * slow - all;
  }
}
