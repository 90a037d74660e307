package org.smqcluster.admin.metrics;

import static org.smqcluster.admin.metrics.SmqMetric.BUS_BYTES_SENT;
import static org.smqcluster.admin.metrics.SmqMetric.BUS_PACKETS_RECEIVED;
import static org.smqcluster.admin.metrics.SmqMetric.BUS_PACKETS_SENT;
import static org.smqcluster.admin.metrics.SmqMetric.BUS_QUEUE_BYTES;
import static org.smqcluster.admin.metrics.SmqMetric.BUS_REPEATED;
import static org.smqcluster.admin.metrics.SmqMetric.BYTES_RECEIVED;
import static org.smqcluster.admin.metrics.SmqMetric.BYTES_SENT;
import static org.smqcluster.admin.metrics.SmqMetric.CLIENTS;
import static org.smqcluster.admin.metrics.SmqMetric.CLUSTER_CLIENTS;
import static org.smqcluster.admin.metrics.SmqMetric.CLUSTER_NODES;
import static org.smqcluster.admin.metrics.SmqMetric.CLUSTER_REFUSED;
import static org.smqcluster.admin.metrics.SmqMetric.CONNECTIONS_CLOSED;
import static org.smqcluster.admin.metrics.SmqMetric.DESCRIPTORS_LEFT;
import static org.smqcluster.admin.metrics.SmqMetric.DROPPED;
import static org.smqcluster.admin.metrics.SmqMetric.FORWARDED;
import static org.smqcluster.admin.metrics.SmqMetric.HELD_BYTES;
import static org.smqcluster.admin.metrics.SmqMetric.HELD_MESSAGES;
import static org.smqcluster.admin.metrics.SmqMetric.INTERNAL_ERRORS;
import static org.smqcluster.admin.metrics.SmqMetric.LAST_VALUES_UNKEPT;
import static org.smqcluster.admin.metrics.SmqMetric.LED_DEVICES;
import static org.smqcluster.admin.metrics.SmqMetric.LED_DEVICES_LIMIT;
import static org.smqcluster.admin.metrics.SmqMetric.LED_DEVICE_BYTES;
import static org.smqcluster.admin.metrics.SmqMetric.LED_DEVICE_BYTES_LIMIT;
import static org.smqcluster.admin.metrics.SmqMetric.LED_DEVICE_CHANGES;
import static org.smqcluster.admin.metrics.SmqMetric.LOG_LEFT_OUT;
import static org.smqcluster.admin.metrics.SmqMetric.MEMORY;
import static org.smqcluster.admin.metrics.SmqMetric.MEMORY_LIMIT;
import static org.smqcluster.admin.metrics.SmqMetric.OLDEST_WRITE;
import static org.smqcluster.admin.metrics.SmqMetric.OUTBOX_BYTES;
import static org.smqcluster.admin.metrics.SmqMetric.PACKETS_RECEIVED;
import static org.smqcluster.admin.metrics.SmqMetric.PACKETS_SENT;
import static org.smqcluster.admin.metrics.SmqMetric.PAUSES;
import static org.smqcluster.admin.metrics.SmqMetric.PROXY_REFUSED;
import static org.smqcluster.admin.metrics.SmqMetric.RATE_PAUSES;
import static org.smqcluster.admin.metrics.SmqMetric.READY;
import static org.smqcluster.admin.metrics.SmqMetric.REFUSED;
import static org.smqcluster.admin.metrics.SmqMetric.SESSIONS;
import static org.smqcluster.admin.metrics.SmqMetric.SESSIONS_ORPHANED;
import static org.smqcluster.admin.metrics.SmqMetric.SESSIONS_PARKED;
import static org.smqcluster.admin.metrics.SmqMetric.SHARED_BYTES;
import static org.smqcluster.admin.metrics.SmqMetric.SHARED_ENTRIES;
import static org.smqcluster.admin.metrics.SmqMetric.SHARED_REFUSED;
import static org.smqcluster.admin.metrics.SmqMetric.STATE_BYTES;
import static org.smqcluster.admin.metrics.SmqMetric.STATE_FAILURES;
import static org.smqcluster.admin.metrics.SmqMetric.STATE_PENDING;
import static org.smqcluster.admin.metrics.SmqMetric.SUBSCRIPTIONS;
import static org.smqcluster.admin.metrics.SmqMetric.TOPICS;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
    SmqNode node = started.node();
    for (Broker broker : node.brokers()) {
      register(broker);
      register(node.brokerCluster(broker.name()));
    }
    register(node);
    node.cluster().records().forEach(this::register);
    registerDevices();
    executor.scheduleWithFixedDelay(this::bringContained, 1, 1, TimeUnit.SECONDS);
  }

  private void bringContained() {
    InternalErrors.contain("the metrics", this::bring);
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
                      FORWARDED,
                      () -> cluster.forwarded().getOrDefault(node, 0L),
                      new Tag("broker", cluster.broker()),
                      new Tag("node", node)))
          .bring();
    }
  }

  private void registerParking(Broker broker, Tag tag) {
    BrokerMetrics metrics = broker.metrics();
    gauge(SESSIONS_PARKED, broker::parked, tag);
    gauge(SESSIONS_ORPHANED, broker::orphaned, tag);
    gauge(HELD_BYTES, broker::parkedBytes, tag);
    for (BrokerMetrics.Move step : BrokerMetrics.Move.values()) {
      Tag event = new Tag("event", NodeStatistics.name(step));
      count(SESSIONS, () -> metrics.sessions(step), tag, event);
    }
    count(HELD_MESSAGES, () -> metrics.counted(Counter.HELD), tag, new Tag("result", "held"));
    count(
        HELD_MESSAGES,
        () -> metrics.counted(Counter.HELD_DROPPED),
        tag,
        new Tag("result", "dropped"));
  }

  private void register(Broker broker) {
    BrokerMetrics metrics = broker.metrics();
    Tag tag = new Tag("broker", broker.name());
    for (PacketType type : PacketType.values()) {
      Tag byType = new Tag("type", NodeStatistics.name(type));
      count(PACKETS_RECEIVED, () -> metrics.packetsIn(type), tag, byType);
      count(PACKETS_SENT, () -> metrics.packetsOut(type), tag, byType);
    }
    count(BYTES_RECEIVED, metrics::bytesIn, tag);
    count(BYTES_SENT, metrics::bytesOut, tag);
    count(PAUSES, () -> metrics.counted(Counter.PUBLISHER_PAUSES), tag);
    count(RATE_PAUSES, () -> metrics.counted(Counter.RATE_PAUSES), tag);
    count(LAST_VALUES_UNKEPT, () -> metrics.counted(Counter.UNKEPT_VALUES), tag);
    registerParking(broker, tag);
    for (DropReason reason : DropReason.values()) {
      Tag byReason = new Tag("reason", NodeStatistics.name(reason));
      count(DROPPED, () -> metrics.droppedCopies(reason), tag, byReason);
    }
    Tag all = new Tag("part", "all");
    gauge(MEMORY, () -> broker.memoryUse().bytes(), tag, all);
    gauge(MEMORY_LIMIT, () -> broker.memoryUse().maxBytes(), tag, all);
    Tag names = new Tag("part", "names");
    gauge(MEMORY, () -> broker.memoryUse().nameBytes(), tag, names);
    gauge(MEMORY_LIMIT, () -> broker.memoryUse().maxNameBytes(), tag, names);
    for (Refusal reason : Refusal.values()) {
      Tag byReason = new Tag("reason", NodeStatistics.name(reason));
      count(REFUSED, () -> metrics.refusals(reason), tag, byReason);
    }
  }

  private void register(BrokerCluster cluster) {
    Tag tag = new Tag("broker", cluster.broker());
    count(BUS_PACKETS_SENT, cluster::packetsOut, tag);
    count(BUS_BYTES_SENT, cluster::bytesOut, tag);
    count(BUS_PACKETS_RECEIVED, cluster::packetsIn, tag);
    count(BUS_REPEATED, cluster::repeatedMessages, tag);
    gauge(BUS_QUEUE_BYTES, cluster::pendingBytes, tag);
  }

  private void register(SmqNode node) {
    gauge(
        CLIENTS,
        () -> figure(node, NodeStatistics.CLIENTS) - figure(node, NodeStatistics.CLIENTS_RAW),
        new Tag("transport", "websocket"));
    gauge(CLIENTS, () -> figure(node, NodeStatistics.CLIENTS_RAW), new Tag("transport", "raw"));
    gauge(TOPICS, () -> figure(node, NodeStatistics.TOPICS));
    gauge(SUBSCRIPTIONS, () -> figure(node, NodeStatistics.SUBSCRIPTIONS));
    gauge(OUTBOX_BYTES, () -> figure(node, NodeStatistics.OUTBOX_BYTES));
    gauge(CLUSTER_NODES, () -> node.cluster().nodes().size());
    gauge(CLUSTER_CLIENTS, () -> clusterClients(node));
    count(CLUSTER_REFUSED, node.cluster()::refusedConnections);
    count(LOG_LEFT_OUT, LineLimit::heldBack);
    count(CONNECTIONS_CLOSED, descriptors::closedConnections);
    count(PROXY_REFUSED, proxies::refused);
    count(INTERNAL_ERRORS, InternalErrors::count);
    gauge(DESCRIPTORS_LEFT, descriptors::left);
    gauge(STATE_BYTES, () -> node.cluster().state().map(StateDirectory::bytes).orElse(0L));
    gauge(STATE_PENDING, () -> node.cluster().state().map(StateDirectory::pending).orElse(0L));
    count(STATE_FAILURES, () -> node.cluster().state().map(StateDirectory::failures).orElse(0L));
    gauge(OLDEST_WRITE, () -> node.cluster().oldestWrite().toSeconds());
    gauge(READY, () -> node.state() == NodeState.READY ? 1 : 0);
  }

  private void register(String map, SharedRecords records) {
    Tag tag = new Tag("map", map);
    gauge(SHARED_ENTRIES, records::size, tag);
    gauge(SHARED_BYTES, records::bytes, tag);
    count(SHARED_REFUSED, records::refused, tag);
  }

  private void registerDevices() {
    gauge(LED_DEVICES, () -> devices.use().devices());
    gauge(LED_DEVICES_LIMIT, () -> devices.bound().devices());
    gauge(LED_DEVICE_BYTES, () -> devices.use().bytes());
    gauge(LED_DEVICE_BYTES_LIMIT, () -> devices.bound().bytes());
    for (DeviceChange change : DeviceChange.values()) {
      Tag tag = new Tag("change", NodeStatistics.name(change));
      count(LED_DEVICE_CHANGES, () -> devices.count(change), tag);
    }
  }

  private static int clusterClients(SmqNode node) {
    return node.brokers().stream()
        .mapToInt(broker -> node.brokerCluster(broker.name()).clientCount())
        .sum();
  }

  private static double figure(SmqNode node, String name) {
    return node.cluster().self().figures().getOrDefault(name, 0.0);
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
}
