package org.smqcluster.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.bench.load.WatchedProcess;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * How fast clients are let in, by nodes that have just started and by the same nodes later. Each
 * storm on a node is followed by one on each of the other brokers.
 */
final class ConnectionTable {

  private static final int STORM = 8_000;
  private static final int STORMS = 6;
  private static final int LULL_SECONDS = 2;

  /** Processes that are measured together, and what they have reached. */
  private static final class Row {

    private final String name;
    private final Protocol protocol;
    private final int port;
    private final List<WatchedProcess> processes;
    private Rate first;
    private Rate last;

    private Row(String name, Protocol protocol, int port, List<Long> pids) {
      this.name = name;
      this.protocol = protocol;
      this.port = port;
      this.processes = pids.stream().map(WatchedProcess::new).toList();
    }

    private void storm() throws Exception {
      // the broker has let go of the storm before
      TimeUnit.SECONDS.sleep(LULL_SECONDS);
      double cpu = WatchedProcess.cpuSeconds(processes);
      try (ConnectStorm storm = new ConnectStorm(protocol, port)) {
        double perSecond = storm.run(STORM);
        last = new Rate(perSecond, (WatchedProcess.cpuSeconds(processes) - cpu) * 1e6 / STORM);
      }
      if (first == null) {
        first = last;
      }
    }
  }

  /** Handshakes, and what one took of the processors, of all nodes together. */
  private record Rate(double perSecond, double cpuMicros) {}

  private final PrintStream out;

  ConnectionTable(PrintStream out) {
    this.out = out;
  }

  void print(List<OtherBroker> brokers) throws Exception {
    List<Row> others =
        brokers.stream()
            .flatMap(
                other ->
                    other.ports().entrySet().stream()
                        .filter(port -> !port.getKey().name().endsWith("WEB_SOCKET"))
                        .map(
                            port ->
                                new Row(
                                    other.name(),
                                    port.getKey(),
                                    port.getValue(),
                                    List.of(other.pid()))))
            .toList();
    List<Row> nodes = new ArrayList<>();
    nodes.add(node("one node, raw", 1, Protocol.RAW, others));
    nodes.add(node("one node, WebSocket", 1, Protocol.WEB_SOCKET, List.of()));
    nodes.add(node("one of two nodes, raw", 2, Protocol.RAW, List.of()));
    out.printf(
        "%n| %,d connections to a node that has just started, and storm %d | connects/s, first"
            + " | ratio to the best | storm %d | ratio to the best | CPU us each, first | storm %d"
            + " |%n|---|---:|---:|---:|---:|---:|---:|%n",
        STORM, STORMS, STORMS, STORMS);
    double firstBest = best(others, Comparator.comparingDouble(row -> row.first.perSecond), true);
    double lastBest = best(others, Comparator.comparingDouble(row -> row.last.perSecond), false);
    nodes.addAll(others);
    for (Row row : nodes) {
      out.printf(
          Locale.ROOT,
          "| %s | %,.0f | %.2f | %,.0f | %.2f | %.0f | %.0f |%n",
          row.name,
          row.first.perSecond,
          row.first.perSecond / firstBest,
          row.last.perSecond,
          row.last.perSecond / lastBest,
          row.first.cpuMicros,
          row.last.cpuMicros);
    }
  }

  private static double best(List<Row> rows, Comparator<Row> by, boolean first) {
    return rows.stream()
        .max(by)
        .map(row -> first ? row.first.perSecond : row.last.perSecond)
        .orElse(Double.NaN);
  }

  private static Row node(String name, int nodes, Protocol protocol, List<Row> others)
      throws Exception {
    try (TestCluster cluster = TestCluster.start(nodes, NodeProcess.Builder::fullSpeed)) {
      NodeProcess node = cluster.node(1);
      Row row =
          new Row(
              name,
              protocol,
              protocol == Protocol.RAW ? node.devicePort() : node.httpPort(),
              cluster.nodes().stream().map(NodeProcess::pid).toList());
      for (int storm = 0; storm < STORMS; storm++) {
        row.storm();
        for (Row other : others) {
          other.storm();
        }
      }
      return row;
    }
  }
}
