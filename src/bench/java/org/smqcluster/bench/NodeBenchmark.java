package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.smqcluster.bench.ConnectStorm.Handshake;
import org.smqcluster.bench.Generator.Figures;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * Whole nodes under load: real processes with the flags of {@code server-config}, load generators
 * in processes of their own, on one machine; and Mosquitto under the same load beside them, if the
 * machine has it. Prints tables.
 */
final class NodeBenchmark {

  private static final int LARGE_PAYLOAD = 60_000;
  private static final int STORM = 8_000;
  private static final int STORMS = 4;
  private static final int LULL_SECONDS = 3;
  private static final Pattern GENERATION = Pattern.compile("used ([0-9]+)K");

  private static final List<Workload> WORKLOADS =
      List.of(
          Workload.fanout(16),
          Workload.fanout(16).overWebSocket(),
          Workload.fanout(1),
          Workload.fanout(1).overWebSocket(),
          Workload.pairs(16),
          Workload.pairs(16).overWebSocket(),
          Workload.direct(),
          Workload.pairs(16).withPayload(LARGE_PAYLOAD),
          Workload.pairs(16).acrossNodes(),
          Workload.pairs(1).acrossNodes());

  private final PrintStream out;

  NodeBenchmark(PrintStream out) {
    this.out = out;
  }

  void run() throws Exception {
    out.printf(
        "%nNodes under load: %s, %d processors, %s %s, %s; 128 bytes a message; generators and"
            + " brokers share the processors%n",
        InetAddress.getLocalHost().getHostName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"),
        LocalDate.now());
    Optional<Mosquitto> mosquitto = Mosquitto.start();
    try {
      workloads(mosquitto);
      storms(mosquitto);
      costs();
    } finally {
      mosquitto.ifPresent(Mosquitto::close);
    }
  }

  // ---- messages

  private void workloads(Optional<Mosquitto> mosquitto) throws IOException, InterruptedException {
    out.printf(
        "%n| workload | broker | delivered/s | CPU us/delivery | p50 ms | p99 ms | p99.9 ms | lost"
            + " |%n|---|---|---:|---:|---:|---:|---:|---:|%n");
    try (TestCluster cluster = TestCluster.start(2, NodeProcess.Builder::fullSpeed)) {
      for (Workload workload : WORKLOADS) {
        Figures figures = Generator.nodes(workload, cluster.nodes(), List.of());
        row(workload, "two nodes", figures);
        if (mosquitto.isPresent() && !workload.webSocket() && !workload.across()) {
          row(workload, "Mosquitto", Generator.mqtt(workload, mosquitto.get()));
        }
        if (workload.mode().equals("fanout") && workload.window() > 1) {
          // every message is delivered so many times
          int half = (int) (figures.delivered() / workload.clients() / 2);
          Workload open = workload.atRate(half);
          row(open, "two nodes", Generator.nodes(open, cluster.nodes(), List.of()));
        }
      }
    }
  }

  private void row(Workload workload, String broker, Figures figures) {
    out.printf(
        Locale.ROOT,
        "| %s | %s | %,.0f | %.2f | %.3f | %.3f | %s | %d |%n",
        workload.name(),
        broker,
        figures.delivered(),
        figures.cpuMicros(),
        figures.p50(),
        figures.p99(),
        figures.p999() == 0 ? "" : String.format(Locale.ROOT, "%.3f", figures.p999()),
        figures.lost());
  }

  // ---- connections

  private void storms(Optional<Mosquitto> mosquitto) throws Exception {
    out.printf(
        "%n| %,d raw connections | handshakes/s | CPU us/handshake, all nodes | heap KiB/client |%n"
            + "|---|---:|---:|---:|%n",
        STORM);
    for (int size = 1; size <= 2; size++) {
      try (TestCluster cluster = TestCluster.start(size, NodeProcess.Builder::fullSpeed)) {
        storm(
            size == 1 ? "one node" : "one of two nodes",
            ConnectStorm.raw(cluster.node(1).devicePort(), "storm-" + size + "-"),
            cluster.nodes().stream().map(NodeProcess::pid).toList(),
            true);
      }
    }
    if (mosquitto.isPresent()) {
      storm(
          "Mosquitto",
          ConnectStorm.mqtt(mosquitto.get().port()),
          List.of(mosquitto.get().pid()),
          false);
    }
  }

  /** The last of some storms counts: the first ones are for the compiler. */
  private void storm(String name, Handshake handshake, List<Long> pids, boolean java)
      throws Exception {
    for (int number = 1; number <= STORMS; number++) {
      // the broker has let go of the storm before
      TimeUnit.SECONDS.sleep(LULL_SECONDS);
      double heap = java ? heapKiB(pids.get(0)) : 0;
      double cpu = Generator.cpuSeconds(pids);
      try (ConnectStorm storm = new ConnectStorm()) {
        double rate = storm.run(STORM, handshake);
        double micros = (Generator.cpuSeconds(pids) - cpu) * 1e6 / STORM;
        if (number == STORMS) {
          out.printf(
              Locale.ROOT,
              "| %s | %,.0f | %.0f | %s |%n",
              name,
              rate,
              micros,
              java
                  ? String.format(Locale.ROOT, "%.2f", (heapKiB(pids.get(0)) - heap) / STORM)
                  : "");
        }
      }
    }
  }

  /** Of all generations; collectors with one heap write one line, others one each. */
  private static double heapKiB(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    String heap = jcmd(pid, "GC.heap_info").split("Metaspace", 2)[0];
    return GENERATION
        .matcher(heap)
        .results()
        .mapToLong(used -> Long.parseLong(used.group(1)))
        .sum();
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return output;
  }

  // ---- what costs speed

  private void costs() throws Exception {
    out.printf(
        "%n| what it costs | fan-out CPU us/delivery | pairs CPU us/delivery |%n|---|---:|---:|%n");
    Path directory = Files.createTempDirectory("bench");
    Path acl = directory.resolve("acl");
    Files.writeString(acl, "allow * * /bench/* /bench/** client broker\n");
    TestCertificates.selfSigned(directory, "CN=localhost", "dns:localhost");
    cost("neither", Map.of(), false);
    cost("with an access list", Map.of("smq.acl.file", acl.toString()), false);
    cost(
        "with TLS",
        Map.of(
            "smq.device.tls.enabled",
            "true",
            "smq.tls.keystore",
            directory.resolve("localhost.p12").toString(),
            "smq.tls.keystore.password",
            new String(TestCertificates.PASSWORD)),
        true);
  }

  private void cost(String name, Map<String, String> settings, boolean tls) throws Exception {
    int tlsPort = FreePorts.next();
    try (TestCluster node =
        TestCluster.start(
            1,
            builder ->
                builder
                    .fullSpeed()
                    .properties(settings)
                    .property("smq.device.tls.port", String.valueOf(tlsPort)))) {
      String url = tls ? "smqs://127.0.0.1:" + tlsPort + "/smq.lsp" : node.node(1).device() + "";
      List<String> options = tls ? List.of("--insecure") : List.of();
      Figures fanout = Generator.nodes(Workload.fanout(16), url, node.nodes(), options);
      Figures pairs = Generator.nodes(Workload.pairs(16), url, node.nodes(), options);
      out.printf(
          Locale.ROOT, "| %s | %.2f | %.2f |%n", name, fanout.cpuMicros(), pairs.cpuMicros());
    }
  }
}
