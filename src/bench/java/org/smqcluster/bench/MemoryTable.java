package org.smqcluster.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.smqcluster.bench.load.Figures;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.bench.load.WatchedProcess;
import org.smqcluster.bench.load.Workload;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/** What a node takes alone, for a client, for very many of them, and whether little is enough. */
final class MemoryTable {

  private static final int SETTLE_SECONDS = 5;
  private static final int SOME = 5_000;
  private static final int MANY = 20_000;

  /** For what a node keeps from clients, and what a process still opens beside its sockets. */
  private static final int SPARE_FILES = 1_200;

  private static final int SMALL_NODE_CLIENTS = 1_000;
  private static final int SMALL_NODE_MIB = 512;
  private static final Duration AWAIT = Duration.ofSeconds(30);
  private static final Pattern CLIENTS = Pattern.compile("smq_clients\\{[^}]*\\} ([0-9.E]+)");

  private final PrintStream out;
  private final Generator generator;

  MemoryTable(PrintStream out, Generator generator) {
    this.out = out;
    this.generator = generator;
  }

  void print() throws Exception {
    out.printf("%n| memory | |%n|---|---|%n");
    try (TestCluster cluster = TestCluster.start(1, NodeProcess.Builder::fullSpeed)) {
      NodeProcess node = cluster.node(1);
      WatchedProcess process = new WatchedProcess(node.pid());
      TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
      row("idle node, as started", () -> text("%.0f MiB resident", process.residentMiB()));
      client("raw", Protocol.RAW, node.devicePort(), process);
      client("WebSocket", Protocol.WEB_SOCKET, node.httpPort(), process);
      many(node, process);
    }
    small();
  }

  /** The heap of a client that says nothing; of the second storm, for the first loads classes. */
  private void client(String name, Protocol protocol, int port, WatchedProcess process)
      throws InterruptedException {
    row("idle " + name + " client, of " + SOME, () -> client(protocol, port, process));
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
  }

  private static String client(Protocol protocol, int port, WatchedProcess process)
      throws Exception {
    try (ConnectStorm first = new ConnectStorm(protocol, port)) {
      first.run(SOME);
    }
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    double before = process.heapKiB();
    try (ConnectStorm storm = new ConnectStorm(protocol, port)) {
      storm.run(SOME);
      return text("%.1f KiB of heap", (process.heapKiB() - before) / SOME);
    }
  }

  private void many(NodeProcess node, WatchedProcess process) throws Exception {
    WatchedProcess self = new WatchedProcess(ProcessHandle.current().pid());
    int clients = Math.min(MANY, Math.min(process.filesLeft(), self.filesLeft()) - SPARE_FILES);
    String all = clients < MANY ? " (all that may be open)" : "";
    row(
        text("%,d raw clients%s, -Xmx512m", clients, all),
        () -> {
          try (ConnectStorm storm = new ConnectStorm(Protocol.RAW, node.devicePort())) {
            storm.run(clients);
            Figures figures = generator.nodes(Workload.fanout(16), List.of(node));
            return text(
                "%,.0f still there after a fan-out of %,.0f/s; %.0f MiB of heap, %.0f MiB resident",
                clientsLeft(node, clients),
                figures.delivered(),
                process.heapKiB() / 1024,
                process.residentMiB());
          }
        });
  }

  /** A machine as small as they are sold: messages, and connections that come at once. */
  private void small() throws Exception {
    String name = text("%,d raw clients in %d MiB", SMALL_NODE_CLIENTS, SMALL_NODE_MIB);
    Optional<MemoryCgroup> made = MemoryCgroup.create(SMALL_NODE_MIB * 1024L * 1024);
    if (made.isEmpty()) {
      row(name, () -> "not measured: no memory cgroup here");
      return;
    }
    try (MemoryCgroup group = made.get()) {
      row(name, () -> outcome(group));
    }
  }

  private String outcome(MemoryCgroup group) throws Exception {
    try (TestCluster cluster =
        TestCluster.start(1, builder -> builder.fullSpeed().launcher(group.launcher()))) {
      NodeProcess node = cluster.node(1);
      try (ConnectStorm storm = new ConnectStorm(Protocol.RAW, node.devicePort())) {
        storm.run(SMALL_NODE_CLIENTS);
        Figures figures = generator.nodes(Workload.fanout(16), List.of(node));
        return text(
            "%,.0f still there after a fan-out of %,.0f/s; at most %.0f MiB with the page cache,"
                + " %.0f MiB resident",
            clientsLeft(node, SMALL_NODE_CLIENTS),
            figures.delivered(),
            group.peakMiB(),
            new WatchedProcess(node.pid()).peakResidentMiB());
      }
    }
  }

  /** Clients that the node itself counts when those of the fan-out have gone. */
  private static double clientsLeft(NodeProcess node, int idle) {
    return Await.value(
        "the fan-out's clients to go", AWAIT, () -> clientsOf(node), count -> count <= idle);
  }

  /** On both transports. */
  private static double clientsOf(NodeProcess node) {
    return CLIENTS
        .matcher(node.get("/metrics"))
        .results()
        .mapToDouble(count -> Double.parseDouble(count.group(1)))
        .sum();
  }

  private void row(String name, Callable<String> measured) throws InterruptedException {
    Best<String> once = new Best<>(Comparator.naturalOrder());
    once.run(measured);
    out.printf("| %s | %s |%n", name, once.cells(text -> text));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
