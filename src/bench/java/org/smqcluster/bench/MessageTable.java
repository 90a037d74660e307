package org.smqcluster.bench;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.smqcluster.bench.load.Figures;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.bench.load.Workload;
import org.smqcluster.bench.load.Workload.Mode;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * Messages through two nodes that are one cluster: as many as go with a window, and the latencies
 * at half of that. All rows run in turn, and again in turn, and the better run of each counts: the
 * compilers work beside the first.
 */
final class MessageTable {

  private static final int LARGE_PAYLOAD = 60_000;
  private static final int ROUNDS = 2;

  private static final List<Workload> WORKLOADS =
      List.of(
          Workload.fanout(16),
          Workload.fanout(16).over(Protocol.WEB_SOCKET),
          Workload.pairs(16).withPayload(LARGE_PAYLOAD),
          Workload.pairs(16).acrossNodes(),
          Workload.pairs(1).acrossNodes());

  /** A workload on a broker, and the better of its runs. */
  private static final class Row {

    private final Workload workload;
    private final Best<Figures> best;

    private Row(Workload workload, Comparator<Figures> better) {
      this.workload = workload;
      this.best = new Best<>(better);
    }

    private static String cells(Figures best) {
      return String.format(
          Locale.ROOT,
          "%,.0f | %.2f | %.2f | %.3f | %.3f | %.3f | %.0f",
          best.delivered(),
          best.brokerMicros(),
          best.generatorMicros(),
          best.p50(),
          best.p99(),
          best.p999(),
          best.lost());
    }
  }

  private final PrintStream out;
  private final Generator generator;

  MessageTable(PrintStream out, Generator generator) {
    this.out = out;
    this.generator = generator;
  }

  void print() throws InterruptedException {
    out.printf(
        "%n| two nodes | delivered/s | CPU us/delivery | generator's | p50 ms | p99 ms"
            + " | p99.9 ms | lost |%n|---|---:|---:|---:|---:|---:|---:|---:|%n");
    try (TestCluster cluster = TestCluster.start(2, NodeProcess.Builder::fullSpeed)) {
      List<Row> windows =
          WORKLOADS.stream().map(workload -> new Row(workload, Figures.MOST_DELIVERED)).toList();
      print(windows, cluster);
      print(windows.stream().flatMap(row -> half(row).stream()).toList(), cluster);
    }
  }

  private void print(List<Row> rows, TestCluster cluster) throws InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      for (Row row : rows) {
        row.best.run(() -> generator.nodes(row.workload, cluster.nodes()));
      }
    }
    rows.forEach(
        row -> out.printf("| %s | %s |%n", row.workload.name(), row.best.cells(Row::cells)));
  }

  /** Half of what a fan-out has reached, as a rate to keep. */
  private static Optional<Row> half(Row full) {
    Workload workload = full.workload;
    return full.best
        .result()
        .filter(best -> workload.mode() == Mode.FANOUT)
        // every message is delivered so many times
        .map(best -> (int) Math.max(1, best.delivered() / workload.clients() / 2))
        .map(rate -> new Row(workload.atRate(rate), Figures.LEAST_DELAYED));
  }
}
