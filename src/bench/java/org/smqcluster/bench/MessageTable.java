package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
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
 * at half of that.
 */
final class MessageTable {

  private static final int LARGE_PAYLOAD = 60_000;

  private static final List<Workload> WORKLOADS =
      List.of(
          Workload.fanout(16),
          Workload.fanout(16).over(Protocol.WEB_SOCKET),
          Workload.fanout(1),
          Workload.fanout(1).over(Protocol.WEB_SOCKET),
          Workload.pairs(16),
          Workload.pairs(16).over(Protocol.WEB_SOCKET),
          Workload.direct(),
          Workload.pairs(16).withPayload(LARGE_PAYLOAD),
          Workload.pairs(16).acrossNodes(),
          Workload.pairs(1).acrossNodes());

  private final PrintStream out;
  private final Generator generator;

  MessageTable(PrintStream out, Generator generator) {
    this.out = out;
    this.generator = generator;
  }

  void print(Optional<Mosquitto> mosquitto) throws IOException, InterruptedException {
    out.printf(
        "%n| workload | broker | delivered/s | CPU us/delivery | generator's | p50 ms | p99 ms"
            + " | p99.9 ms | lost |%n|---|---|---:|---:|---:|---:|---:|---:|---:|%n");
    try (TestCluster cluster = TestCluster.start(2, NodeProcess.Builder::fullSpeed)) {
      for (Workload workload : WORKLOADS) {
        Figures figures = generator.nodes(workload, cluster.nodes());
        row(workload, "two nodes", figures);
        if (mosquitto.isPresent() && !workload.across()) {
          row(mosquitto.get(), workload);
        }
        if (workload.mode() == Mode.FANOUT && workload.window() > 1) {
          // every message is delivered so many times
          Workload half =
              workload.atRate((int) Math.max(1, figures.delivered() / workload.clients() / 2));
          row(half, "two nodes", generator.nodes(half, cluster.nodes()));
        }
      }
    }
  }

  private void row(Mosquitto mosquitto, Workload workload)
      throws IOException, InterruptedException {
    Optional<Protocol> protocol = workload.protocol().ofMqtt();
    if (protocol.isPresent()) {
      Workload same = workload.over(protocol.get());
      List<Integer> port = List.of(mosquitto.port(protocol.get()));
      row(same, "Mosquitto", generator.run(same, port, List.of(mosquitto.pid())));
    }
  }

  private void row(Workload workload, String broker, Figures figures) {
    out.printf(
        Locale.ROOT,
        "| %s | %s | %,.0f | %.2f | %.2f | %.3f | %.3f | %.3f | %.0f |%n",
        workload.name(),
        broker,
        figures.delivered(),
        figures.brokerMicros(),
        figures.generatorMicros(),
        figures.p50(),
        figures.p99(),
        figures.p999(),
        figures.lost());
  }
}
