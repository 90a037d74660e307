package org.smqcluster.admin.statistics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.protocol.PacketType;

/**
 * Measures a node: what all its brokers hold now, and how fast messages come and go since the last
 * measurement. The cost is that of a look at each client and topic; nothing is counted for it while
 * messages pass. Used by one thread at a time.
 */
public final class NodeStatistics {

  public static final String CLIENTS = "clients";
  public static final String CLIENTS_RAW = "clients.raw";
  public static final String TOPICS = "topics";
  public static final String SUBSCRIPTIONS = "subscriptions";

  /** Messages from clients, a second. */
  public static final String MESSAGES_IN = "messages.in";

  /** Messages accepted for clients, a second. */
  public static final String MESSAGES_OUT = "messages.out";

  /** Bytes of packets from clients, a second. */
  public static final String BYTES_IN = "bytes.in";

  /** Bytes of packets accepted for clients, a second. */
  public static final String BYTES_OUT = "bytes.out";

  /** Bytes that wait in clients' outboxes. */
  public static final String OUTBOX_BYTES = "outbox.bytes";

  /** Estimated bytes that peers make the node keep, outboxes apart. */
  public static final String MEMORY = "memory";

  public static final String MEMORY_MAX = "memory.max";

  /** Bytes of the heap in use. */
  public static final String HEAP_USED = "heap.used";

  /** Bytes that the heap may grow to. */
  public static final String HEAP_MAX = "heap.max";

  /** Part of all processors that the process uses, 0 to 1; negative where Java cannot tell. */
  public static final String CPU = "cpu";

  public static final String PROCESSORS = "processors";

  /** Connections to the node's brokers, with those that have not sent Connect yet. */
  public static final String CONNECTIONS = "connections";

  /** Sockets that the process has open; negative where the system does not tell. */
  public static final String SOCKETS = "sockets";

  public static final String DESCRIPTORS = "descriptors";
  public static final String DESCRIPTORS_MAX = "descriptors.max";

  /** Prefix of the numbers of the Java version: {@code java.0} is the feature release. */
  public static final String JAVA = "java.";

  /** The port for devices with TLS; absent without one. */
  public static final String DEVICE_TLS_PORT = "device.tls.port";

  /** Prefix, before a reason: copies of messages that were dropped since the start. */
  public static final String DROPPED = "dropped.";

  private static final double NANOS_PER_SECOND = 1e9;

  /** Measurements between two counts of sockets, which look at each descriptor. */
  private static final int SOCKETS_EVERY = 15;

  private final Map<String, Double> before = new HashMap<>();
  private long measuredNanos;
  private int measurements;
  private double sockets;

  /** The name of a reason in figures, metrics and answers. */
  public static String name(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Measures, at a time of {@link System#nanoTime}. */
  public Map<String, Double> measure(Collection<Broker> brokers, long nanos) {
    double seconds = (nanos - measuredNanos) / NANOS_PER_SECOND;
    measuredNanos = nanos;
    Map<String, Double> figures = new HashMap<>();
    figures.put(
        MESSAGES_IN, rate(MESSAGES_IN, seconds, brokers, m -> m.packetsIn(PacketType.PUBLISH)));
    figures.put(
        MESSAGES_OUT, rate(MESSAGES_OUT, seconds, brokers, m -> m.packetsOut(PacketType.PUBLISH)));
    figures.put(BYTES_IN, rate(BYTES_IN, seconds, brokers, BrokerMetrics::bytesIn));
    figures.put(BYTES_OUT, rate(BYTES_OUT, seconds, brokers, BrokerMetrics::bytesOut));
    for (DropReason reason : DropReason.values()) {
      figures.put(DROPPED + name(reason), sum(brokers, b -> b.metrics().droppedCopies(reason)));
    }
    measureHoldings(brokers, figures);
    Runtime runtime = Runtime.getRuntime();
    figures.put(HEAP_USED, (double) (runtime.totalMemory() - runtime.freeMemory()));
    figures.put(HEAP_MAX, (double) runtime.maxMemory());
    measureProcess(figures);
    return figures;
  }

  private void measureProcess(Map<String, Double> figures) {
    if (measurements++ % SOCKETS_EVERY == 0) {
      sockets = sockets();
    }
    figures.put(SOCKETS, sockets);
    var system = ManagementFactory.getOperatingSystemMXBean();
    figures.put(PROCESSORS, (double) system.getAvailableProcessors());
    if (system instanceof UnixOperatingSystemMXBean unix) {
      figures.put(CPU, unix.getProcessCpuLoad());
      figures.put(DESCRIPTORS, (double) unix.getOpenFileDescriptorCount());
      figures.put(DESCRIPTORS_MAX, (double) unix.getMaxFileDescriptorCount());
    }
    List<Integer> version = Runtime.version().version();
    for (int i = 0; i < version.size(); i++) {
      figures.put(JAVA + i, (double) version.get(i));
    }
  }

  private static double sockets() {
    double count = 0;
    try (DirectoryStream<Path> descriptors =
        Files.newDirectoryStream(Path.of("/proc/self/fd"), NodeStatistics::isSocket)) {
      for (Path each : descriptors) {
        count++;
      }
    } catch (IOException | DirectoryIteratorException notLinux) {
      return -1;
    }
    return count;
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static void measureHoldings(Collection<Broker> brokers, Map<String, Double> figures) {
    // in one pass: the clients of the other transport are the difference
    long clients = 0;
    long raw = 0;
    long outboxBytes = 0;
    for (Broker broker : brokers) {
      for (Client client : broker.clients()) {
        clients++;
        raw += client.connectionInfo().transport() == Transport.RAW ? 1 : 0;
        outboxBytes += client.bytesWaiting();
      }
    }
    figures.put(CLIENTS, (double) clients);
    figures.put(CLIENTS_RAW, (double) raw);
    figures.put(OUTBOX_BYTES, (double) outboxBytes);
    figures.put(TOPICS, sum(brokers, broker -> broker.topics().all().size()));
    figures.put(SUBSCRIPTIONS, sum(brokers, NodeStatistics::subscriptions));
    figures.put(MEMORY, sum(brokers, broker -> broker.memoryUse().bytes()));
    figures.put(MEMORY_MAX, sum(brokers, broker -> broker.memoryUse().maxBytes()));
    figures.put(CONNECTIONS, sum(brokers, Broker::connections));
    brokers.forEach(
        broker ->
            figures.merge(
                NodeInfo.NAMES_MAX, (double) broker.settings().memory().namesBytes(), Math::min));
  }

  private static long subscriptions(Broker broker) {
    return broker.topics().all().stream().mapToLong(Topic::localSubscribers).sum();
  }

  private double rate(
      String name, double seconds, Collection<Broker> brokers, ToLongFunction<BrokerMetrics> of) {
    double now = sum(brokers, broker -> of.applyAsLong(broker.metrics()));
    Double last = before.put(name, now);
    return last == null || seconds <= 0 ? 0 : (now - last) / seconds;
  }

  private static double sum(Collection<Broker> brokers, ToLongFunction<Broker> of) {
    return brokers.stream().mapToLong(of).sum();
  }
}
