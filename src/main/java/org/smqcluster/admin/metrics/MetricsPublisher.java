package org.smqcluster.admin.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.smqcluster.admin.statistics.NodeStatistics;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.cluster.BrokerCluster;
import org.smqcluster.cluster.NodeState;
import org.smqcluster.cluster.StateDirectory;
import org.smqcluster.led.DeviceChange;
import org.smqcluster.led.DeviceRegistry;
import org.smqcluster.log.LineLimit;
import org.smqcluster.node.Descriptors;
import org.smqcluster.node.NodeStarted;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.PacketType;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.transport.raw.RefusedStarts;

/**
 * Shows the node's figures at {@code /metrics}. Gauges are read at each request; counters are
 * copied once a second, so that the message path does no work for them.
 */
@ApplicationScoped
public class MetricsPublisher {

  @Inject private MetricRegistry registry;
  @Inject private SmqNode node;
  @Inject private DeviceRegistry devices;
  @Inject private Descriptors descriptors;
  @Inject private TrustedProxies proxies;
  @Inject private ScheduledExecutorService executor;
  private final List<CounterBridge> countings = new ArrayList<>();
  private final Map<String, CounterBridge> forwarded = new HashMap<>();

  void start(@Observes NodeStarted started) {
    for (Broker broker : node.brokers()) {
      register(broker);
      register(node.brokerCluster(broker.name()));
    }
    registerNode();
    node.cluster().records().forEach(this::register);
    registerDevices();
    executor.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the metrics", this::bring), 1, 1, TimeUnit.SECONDS);
  }

  private void bring() {
    countings.forEach(CounterBridge::bring);
    node.brokers().forEach(broker -> bringForwarded(node.brokerCluster(broker.name())));
  }

  /** Other nodes come and go. */
  private void bringForwarded(BrokerCluster cluster) {
    for (String node : cluster.forwarded().keySet()) {
      forwarded
          .computeIfAbsent(
              cluster.broker() + "\n" + node,
              key ->
                  counting(
                      SmqMetric.FORWARDED,
                      () -> cluster.forwarded().getOrDefault(node, 0L),
                      new Tag("broker", cluster.broker()),
                      new Tag("node", node)))
          .bring();
    }
  }

  private void registerParking(Broker broker, Tag tag) {
    BrokerMetrics metrics = broker.metrics();
    gauge(SmqMetric.SESSIONS_PARKED, broker::parked, tag);
    gauge(SmqMetric.SESSIONS_ORPHANED, broker::orphaned, tag);
    gauge(SmqMetric.HELD_BYTES, broker::parkedBytes, tag);
    countEach(SmqMetric.SESSIONS, "event", BrokerMetrics.Move.values(), metrics::sessions, tag);
    count(
        SmqMetric.HELD_MESSAGES,
        () -> metrics.counted(Counter.HELD),
        tag,
        new Tag("result", "held"));
    count(
        SmqMetric.HELD_MESSAGES,
        () -> metrics.counted(Counter.HELD_DROPPED),
        tag,
        new Tag("result", "dropped"));
  }

  private void register(Broker broker) {
    BrokerMetrics metrics = broker.metrics();
    Tag tag = new Tag("broker", broker.name());
    countEach(SmqMetric.PACKETS_RECEIVED, "type", PacketType.values(), metrics::packetsIn, tag);
    countEach(SmqMetric.PACKETS_SENT, "type", PacketType.values(), metrics::packetsOut, tag);
    count(SmqMetric.BYTES_RECEIVED, metrics::bytesIn, tag);
    count(SmqMetric.BYTES_SENT, metrics::bytesOut, tag);
    count(SmqMetric.PAUSES, () -> metrics.counted(Counter.PUBLISHER_PAUSES), tag);
    count(SmqMetric.RATE_PAUSES, () -> metrics.counted(Counter.RATE_PAUSES), tag);
    count(SmqMetric.LAST_VALUES_UNKEPT, () -> metrics.counted(Counter.UNKEPT_VALUES), tag);
    registerParking(broker, tag);
    countEach(SmqMetric.DROPPED, "reason", DropReason.values(), metrics::droppedCopies, tag);
    Tag all = new Tag("part", "all");
    gauge(SmqMetric.MEMORY, () -> broker.memoryUse().bytes(), tag, all);
    gauge(SmqMetric.MEMORY_LIMIT, () -> broker.memoryUse().maxBytes(), tag, all);
    Tag names = new Tag("part", "names");
    gauge(SmqMetric.MEMORY, () -> broker.memoryUse().nameBytes(), tag, names);
    gauge(SmqMetric.MEMORY_LIMIT, () -> broker.memoryUse().maxNameBytes(), tag, names);
    countEach(SmqMetric.REFUSED, "reason", Refusal.values(), metrics::refusals, tag);
  }

  private void register(BrokerCluster cluster) {
    Tag tag = new Tag("broker", cluster.broker());
    count(SmqMetric.BUS_PACKETS_SENT, cluster::packetsOut, tag);
    count(SmqMetric.BUS_BYTES_SENT, cluster::bytesOut, tag);
    count(SmqMetric.BUS_PACKETS_RECEIVED, cluster::packetsIn, tag);
    count(SmqMetric.BUS_REPEATED, cluster::repeatedMessages, tag);
    gauge(SmqMetric.BUS_QUEUE_BYTES, cluster::pendingBytes, tag);
  }

  private void registerNode() {
    gauge(
        SmqMetric.CLIENTS,
        () -> figure(NodeStatistics.CLIENTS) - figure(NodeStatistics.CLIENTS_RAW),
        new Tag("transport", "websocket"));
    gauge(SmqMetric.CLIENTS, () -> figure(NodeStatistics.CLIENTS_RAW), new Tag("transport", "raw"));
    gauge(SmqMetric.TOPICS, () -> figure(NodeStatistics.TOPICS));
    gauge(SmqMetric.SUBSCRIPTIONS, () -> figure(NodeStatistics.SUBSCRIPTIONS));
    gauge(SmqMetric.OUTBOX_BYTES, () -> figure(NodeStatistics.OUTBOX_BYTES));
    gauge(SmqMetric.CLUSTER_NODES, () -> node.cluster().nodes().size());
    gauge(
        SmqMetric.CLUSTER_CLIENTS,
        () ->
            node.brokers().stream()
                .mapToInt(broker -> node.brokerCluster(broker.name()).clientCount())
                .sum());
    count(SmqMetric.CLUSTER_REFUSED, node.cluster()::refusedConnections);
    count(SmqMetric.LOG_LEFT_OUT, LineLimit::heldBack);
    count(SmqMetric.CONNECTIONS_CLOSED, descriptors::closedConnections);
    count(SmqMetric.STARTS_REFUSED, RefusedStarts::count);
    count(SmqMetric.PROXY_REFUSED, proxies::refused);
    count(SmqMetric.INTERNAL_ERRORS, InternalErrors::count);
    gauge(SmqMetric.DESCRIPTORS_LEFT, descriptors::left);
    gauge(SmqMetric.STATE_BYTES, () -> ofState(StateDirectory::bytes));
    gauge(SmqMetric.STATE_PENDING, () -> ofState(StateDirectory::pending));
    count(SmqMetric.STATE_FAILURES, () -> ofState(StateDirectory::failures));
    gauge(SmqMetric.OLDEST_WRITE, () -> node.cluster().oldestWrite().toSeconds());
    gauge(SmqMetric.READY, () -> node.state() == NodeState.READY ? 1 : 0);
  }

  private void register(String map, SharedRecords records) {
    Tag tag = new Tag("map", map);
    gauge(SmqMetric.SHARED_ENTRIES, records::size, tag);
    gauge(SmqMetric.SHARED_BYTES, records::bytes, tag);
    count(SmqMetric.SHARED_REFUSED, records::refused, tag);
  }

  private void registerDevices() {
    gauge(SmqMetric.LED_DEVICES, () -> devices.use().devices());
    gauge(SmqMetric.LED_DEVICES_LIMIT, () -> devices.bound().devices());
    gauge(SmqMetric.LED_DEVICE_BYTES, () -> devices.use().bytes());
    gauge(SmqMetric.LED_DEVICE_BYTES_LIMIT, () -> devices.bound().bytes());
    countEach(SmqMetric.LED_DEVICE_CHANGES, "change", DeviceChange.values(), devices::count);
  }

  private long ofState(ToLongFunction<StateDirectory> figure) {
    return node.cluster().state().stream().mapToLong(figure).sum();
  }

  private double figure(String name) {
    return node.cluster().self().figures().getOrDefault(name, 0.0);
  }

  /** One counter for each constant, whose name is the value of a tag. */
  private <E extends Enum<E>> void countEach(
      SmqMetric metric, String tag, E[] all, ToLongFunction<E> source, Tag... tags) {
    for (E each : all) {
      Tag[] itsTags = Arrays.copyOf(tags, tags.length + 1);
      itsTags[tags.length] = new Tag(tag, NodeStatistics.name(each));
      count(metric, () -> source.applyAsLong(each), itsTags);
    }
  }

  private void count(SmqMetric metric, LongSupplier source, Tag... tags) {
    countings.add(counting(metric, source, tags));
  }

  private CounterBridge counting(SmqMetric metric, LongSupplier source, Tag... tags) {
    return new CounterBridge(source, registry.counter(metadata(metric), tags)::inc);
  }

  private void gauge(SmqMetric metric, Supplier<Number> source, Tag... tags) {
    registry.gauge(metadata(metric), source, tags);
  }

  private static Metadata metadata(SmqMetric metric) {
    return Metadata.builder().withName(metric.metric()).withDescription(metric.help()).build();
  }

  /**
   * Brings a counter of the broker into one of MicroProfile Metrics, which cannot read: what is
   * more than the last time is added. Used by one thread at a time.
   */
  static final class CounterBridge {

    private final LongSupplier source;
    private final LongConsumer increment;
    private long last;

    CounterBridge(LongSupplier source, LongConsumer increment) {
      this.source = source;
      this.increment = increment;
    }

    void bring() {
      long now = source.getAsLong();
      // less than before: what counts was replaced, and begins at nothing
      long more = now >= last ? now - last : now;
      last = now;
      if (more > 0) {
        increment.accept(more);
      }
    }
  }
}
