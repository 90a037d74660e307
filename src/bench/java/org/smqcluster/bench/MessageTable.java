package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
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

  private interface Run {
    Figures once() throws IOException, InterruptedException;
  }

  /** A workload on a broker, and the better of its runs. */
  private static final class Row {

    private final Workload workload;
    private final Comparator<Figures> better;
    private final Run run;
    private Figures best;

    private Row(Workload workload, Comparator<Figures> better, Run run) {
      this.workload = workload;
      this.better = better;
      this.run = run;
    }

    private void run() throws IOException, InterruptedException {
      Figures figures = run.once();
      if (best == null || better.compare(figures, best) > 0) {
        best = figures;
      }
    }

    private void print(PrintStream out) {
      out.printf(
          Locale.ROOT,
          "| %s | %,.0f | %.2f | %.2f | %.3f | %.3f | %.3f | %.0f |%n",
          workload.name(),
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

  void print() throws IOException, InterruptedException {
    out.printf(
        "%n| two nodes | delivered/s | CPU us/delivery | generator's | p50 ms | p99 ms"
            + " | p99.9 ms | lost |%n|---|---:|---:|---:|---:|---:|---:|---:|%n");
    try (TestCluster cluster = TestCluster.start(2, NodeProcess.Builder::fullSpeed)) {
      List<Row> windows = new ArrayList<>();
      for (Workload workload : WORKLOADS) {
        windows.add(row(cluster, workload, Figures.MOST_DELIVERED));
      }
      print(windows);
      print(windows.stream().flatMap(row -> half(cluster, row).stream()).toList());
    }
  }

  private void print(List<Row> rows) throws IOException, InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      for (Row row : rows) {
        row.run();
      }
    }
    rows.forEach(row -> row.print(out));
  }

  private Row row(TestCluster cluster, Workload workload, Comparator<Figures> better) {
    return new Row(workload, better, () -> generator.nodes(workload, cluster.nodes()));
  }

  /** Half of what a fan-out has reached, as a rate to keep. */
  private Optional<Row> half(TestCluster cluster, Row full) {
    Workload workload = full.workload;
    if (workload.mode() != Mode.FANOUT) {
      return Optional.empty();
    }
    // every message is delivered so many times
    int rate = (int) Math.max(1, full.best.delivered() / workload.clients() / 2);
    return Optional.of(row(cluster, workload.atRate(rate), Figures.LEAST_DELAYED));
  }
}
