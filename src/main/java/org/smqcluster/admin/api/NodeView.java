package org.smqcluster.admin.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.admin.statistics.NodeStatistics;
import org.smqcluster.cluster.NodeInfo;

/** A node as the REST interface shows it; its figures are at most a few seconds old. */
@Schema(name = "Node", description = "A node of the cluster")
public record NodeView(
    @Schema(example = "node1") String name,
    @Schema(description = "Whether it is the node that answers") boolean self,
    @Schema(description = "joining, ready or draining", example = "ready") String state,
    @Schema(description = "Where browsers reach it", example = "http://127.0.0.1:8080") String url,
    @Schema(description = "Its port for the raw transport; 0 without one", example = "8085")
        int devicePort,
    @Schema(description = "The same with TLS; 0 without one", example = "8883") long deviceTlsPort,
    @Schema(description = "Version of its software", example = "1.0.0") String version,
    @Schema(description = "Version of the formats between nodes", example = "2") int format,
    Instant started,
    @Schema(example = "3600") long uptimeSeconds,
    @Schema(description = "Clients connected to it", example = "12") long clients,
    @Schema(description = "Topics that it knows: all of the cluster's", example = "40") long topics,
    @Schema(description = "Subscriptions of its clients", example = "25") long subscriptions,
    @Schema(description = "Messages from its clients, a second", example = "120.5")
        double messagesIn,
    @Schema(description = "Messages to its clients, a second", example = "980.0")
        double messagesOut,
    @Schema(description = "Bytes from its clients, a second", example = "4096.0") double bytesIn,
    @Schema(description = "Bytes to its clients, a second", example = "65536.0") double bytesOut,
    @Schema(
            description = "Copies of messages dropped since its start, by reason",
            example = "{\"outbox-full\": 0}")
        Map<String, Long> dropped,
    @Schema(description = "Bytes that wait for its clients", example = "0") long outboxBytes,
    @Schema(
            description = "Estimated bytes that peers make it keep, outboxes apart",
            example = "4000000")
        long memoryUsed,
    @Schema(
            description = "Bound of memoryUsed: beyond it, what needs more is refused",
            example = "161061273")
        long memoryMax,
    @Schema(description = "Heap in use, in bytes", example = "120000000") long heapUsed,
    @Schema(description = "Heap at most, in bytes", example = "536870912") long heapMax,
    @Schema(
            description = "Part of its processors that it uses, 0 to 1; negative if not known",
            example = "0.25")
        double cpu,
    @Schema(description = "Processors that it may use", example = "2") long processors,
    @Schema(description = "Empty if not known", example = "17.0.15") String javaVersion,
    @Schema(description = "Connections to its brokers, with those before Connect", example = "13")
        long connections,
    @Schema(
            description =
                "Sockets that its process has open, half a minute old at most; negative if not"
                    + " known",
            example = "40")
        long sockets,
    @Schema(description = "File descriptors that are open", example = "350") long descriptors,
    @Schema(description = "File descriptors at most", example = "65536") long descriptorsMax) {

  static NodeView of(NodeInfo node, boolean self, Instant now) {
    Map<String, Double> figures = node.figures();
    return new NodeView(
        node.name(),
        self,
        node.state().name().toLowerCase(Locale.ROOT),
        node.httpUrl().toString(),
        node.devicePort(),
        whole(figures, NodeStatistics.DEVICE_TLS_PORT),
        node.version(),
        node.format(),
        node.started(),
        Math.max(0, Duration.between(node.started(), now).toSeconds()),
        whole(figures, NodeStatistics.CLIENTS),
        whole(figures, NodeStatistics.TOPICS),
        whole(figures, NodeStatistics.SUBSCRIPTIONS),
        rate(figures, NodeStatistics.MESSAGES_IN),
        rate(figures, NodeStatistics.MESSAGES_OUT),
        rate(figures, NodeStatistics.BYTES_IN),
        rate(figures, NodeStatistics.BYTES_OUT),
        dropped(figures),
        whole(figures, NodeStatistics.OUTBOX_BYTES),
        whole(figures, NodeStatistics.MEMORY),
        whole(figures, NodeStatistics.MEMORY_MAX),
        whole(figures, NodeStatistics.HEAP_USED),
        whole(figures, NodeStatistics.HEAP_MAX),
        Math.round(figures.getOrDefault(NodeStatistics.CPU, -1.0) * 1000) / 1000.0,
        whole(figures, NodeStatistics.PROCESSORS),
        javaVersion(figures),
        whole(figures, NodeStatistics.CONNECTIONS),
        figures.getOrDefault(NodeStatistics.SOCKETS, -1.0).longValue(),
        whole(figures, NodeStatistics.DESCRIPTORS),
        whole(figures, NodeStatistics.DESCRIPTORS_MAX));
  }

  private static String javaVersion(Map<String, Double> figures) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> figures.get(NodeStatistics.JAVA + i))
        .takeWhile(Objects::nonNull)
        .map(number -> Integer.toString(number.intValue()))
        .collect(Collectors.joining("."));
  }

  private static long whole(Map<String, Double> figures, String name) {
    return figures.getOrDefault(name, 0.0).longValue();
  }

  /** A rate to a tenth: more would be noise. */
  private static double rate(Map<String, Double> figures, String name) {
    return Math.round(figures.getOrDefault(name, 0.0) * 10) / 10.0;
  }

  private static Map<String, Long> dropped(Map<String, Double> figures) {
    Map<String, Long> dropped = new TreeMap<>();
    figures.forEach(
        (name, value) -> {
          if (name.startsWith(NodeStatistics.DROPPED)) {
            dropped.put(name.substring(NodeStatistics.DROPPED.length()), value.longValue());
          }
        });
    return dropped;
  }
}
