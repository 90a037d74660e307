package org.smqcluster.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.bench.load.WatchedProcess;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/** How fast clients are let in. */
final class ConnectionTable {

  private static final int STORM = 8_000;
  private static final int STORMS = 12;
  private static final int LULL_SECONDS = 3;

  private final PrintStream out;

  ConnectionTable(PrintStream out) {
    this.out = out;
  }

  void print(Optional<Mosquitto> mosquitto) throws Exception {
    out.printf(
        "%n| %,d raw connections, storm %d (the first) | handshakes/s | CPU us/handshake, all nodes |%n"
            + "|---|---:|---:|%n",
        STORM, STORMS);
    for (int size = 1; size <= 2; size++) {
      try (TestCluster cluster = TestCluster.start(size, NodeProcess.Builder::fullSpeed)) {
        row(
            size == 1 ? "one node" : "one of two nodes",
            Protocol.RAW,
            cluster.node(1).devicePort(),
            cluster.nodes().stream().map(node -> new WatchedProcess(node.pid())).toList());
      }
    }
    if (mosquitto.isPresent()) {
      Mosquitto broker = mosquitto.get();
      row(
          "Mosquitto",
          Protocol.MQTT,
          broker.port(Protocol.MQTT),
          List.of(new WatchedProcess(broker.pid())));
    }
  }

  /** The last of some storms counts: the ones before are for the compiler and the heap's size. */
  private void row(String name, Protocol protocol, int port, List<WatchedProcess> brokers)
      throws Exception {
    Rate first = storm(protocol, port, brokers);
    Rate last = first;
    for (int number = 2; number <= STORMS; number++) {
      last = storm(protocol, port, brokers);
    }
    out.printf(
        Locale.ROOT,
        "| %s | %,.0f (%,.0f) | %.0f (%.0f) |%n",
        name,
        last.perSecond,
        first.perSecond,
        last.cpuMicros,
        first.cpuMicros);
  }

  private static Rate storm(Protocol protocol, int port, List<WatchedProcess> brokers)
      throws Exception {
    // the broker has let go of the storm before
    TimeUnit.SECONDS.sleep(LULL_SECONDS);
    double cpu = WatchedProcess.cpuSeconds(brokers);
    try (ConnectStorm storm = new ConnectStorm(protocol, port)) {
      double perSecond = storm.run(STORM);
      return new Rate(perSecond, (WatchedProcess.cpuSeconds(brokers) - cpu) * 1e6 / STORM);
    }
  }

  /** Handshakes, and what one took of the processors, of all nodes together. */
  private record Rate(double perSecond, double cpuMicros) {}
}
