package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
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
    private Optional<String> failure = Optional.empty();

    private Row(String name, Protocol protocol, int port, List<Long> pids) {
      this.name = name;
      this.protocol = protocol;
      this.port = port;
      this.processes = pids.stream().map(WatchedProcess::new).toList();
    }

    /** After a storm that failed, the next ones would not be what their numbers say. */
    private void storm() throws InterruptedException {
      if (failure.isEmpty()) {
        // the broker has let go of the storm before
        TimeUnit.SECONDS.sleep(LULL_SECONDS);
        try {
          measure();
        } catch (IOException e) {
          failure = Optional.of(Best.failure(e));
        }
      }
    }

    private void measure() throws IOException, InterruptedException {
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
    double firstBest = best(others, row -> row.first.perSecond);
    double lastBest = best(others, row -> row.last.perSecond);
    nodes.addAll(others);
    for (Row row : nodes) {
      out.printf(
          "| %s | %s |%n", row.name, row.failure.orElseGet(() -> cells(row, firstBest, lastBest)));
    }
  }

  private static String cells(Row row, double firstBest, double lastBest) {
    return String.format(
        Locale.ROOT,
        "%,.0f | %.2f | %,.0f | %.2f | %.0f | %.0f",
        row.first.perSecond,
        row.first.perSecond / firstBest,
        row.last.perSecond,
        row.last.perSecond / lastBest,
        row.first.cpuMicros,
        row.last.cpuMicros);
  }

  private static double best(List<Row> rows, ToDoubleFunction<Row> perSecond) {
    return rows.stream()
        .filter(row -> row.failure.isEmpty())
        .mapToDouble(perSecond)
        .max()
        .orElse(Double.NaN);
  }

  private static Row node(String name, int nodes, Protocol protocol, List<Row> others)
      throws InterruptedException {
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
    } catch (RuntimeException | AssertionError e) {
      Row failed = new Row(name, protocol, 0, List.of());
      failed.failure = Optional.of(Best.failure(e));
      return failed;
    }
  }
}
