package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * Whole nodes under load: real processes with the flags of {@code server-config}, the project's own
 * load generator in processes of its own, on one machine. Prints a table: messages delivered a
 * second, processor time of all nodes for each, and latencies.
 */
final class NodeBenchmark {

  private static final int SECONDS = 8;
  private static final double TICKS_PER_SECOND = 100;

  /** One row: what it is called, and the generator's arguments without addresses. */
  private record Workload(String name, boolean webSocket, boolean across, List<String> arguments) {}

  private static final List<Workload> WORKLOADS =
      List.of(
          workload("fan-out 1 to 100, window 16, raw", false, "fanout", 100, 16),
          workload("fan-out 1 to 100, window 16, WebSocket", true, "fanout", 100, 16),
          workload("fan-out 1 to 100, window 1, raw", false, "fanout", 100, 1),
          workload("fan-out 1 to 100, window 1, WebSocket", true, "fanout", 100, 1),
          workload("50 pairs, window 16, raw", false, "pairs", 50, 16),
          workload("50 pairs, window 16, WebSocket", true, "pairs", 50, 16),
          workload("request and reply, 10 pairs, raw", false, "direct", 10, 1),
          across(workload("50 pairs across two nodes, window 16, raw", false, "pairs", 50, 16)),
          across(workload("50 pairs across two nodes, window 1, raw", false, "pairs", 50, 1)));

  private final PrintStream out;

  NodeBenchmark(PrintStream out) {
    this.out = out;
  }

  private static Workload workload(
      String name, boolean webSocket, String mode, int clients, int window) {
    String count = mode.equals("fanout") ? "--subscribers" : "--pairs";
    return new Workload(
        name,
        webSocket,
        false,
        List.of(
            "bench",
            mode,
            count,
            String.valueOf(clients),
            "--window",
            String.valueOf(window),
            "--size",
            "128",
            "--json"));
  }

  private static Workload across(Workload one) {
    List<String> arguments = new ArrayList<>(one.arguments());
    arguments.add("--across");
    return new Workload(one.name(), one.webSocket(), true, arguments);
  }

  void run() throws IOException, InterruptedException {
    out.printf(
        "%nNodes under load: %s, %d processors, %s %s, %s; 128 bytes a message; generator and"
            + " nodes share the processors%n%n",
        InetAddress.getLocalHost().getHostName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"),
        LocalDate.now());
    out.println("| workload | delivered/s | CPU us/delivery, all nodes | p50 ms | p99 ms | lost |");
    out.println("|---|---:|---:|---:|---:|---:|");
    try (TestCluster cluster = TestCluster.start(2, NodeProcess.Builder::fullSpeed)) {
      for (Workload workload : WORKLOADS) {
        measure(workload, cluster.nodes());
      }
    }
  }

  private void measure(Workload workload, List<NodeProcess> nodes)
      throws IOException, InterruptedException {
    // once to let the node's compiler see this workload, once to measure
    generate(workload, nodes);
    double before = cpuSeconds(nodes);
    String result = generate(workload, nodes);
    double cpu = cpuSeconds(nodes) - before;
    double delivered = number(result, "receivedPerSecond");
    double seconds = number(result, "seconds");
    out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %.2f | %.3f | %.3f | %d |%n",
        workload.name(),
        delivered,
        cpu * 1e6 / (delivered * seconds),
        number(result, "p50"),
        number(result, "p99"),
        (long) number(result, "lost"));
  }

  private static String generate(Workload workload, List<NodeProcess> nodes)
      throws IOException, InterruptedException {
    List<String> urls =
        nodes.stream()
            .limit(workload.across() ? 2 : 1)
            .map(node -> (workload.webSocket() ? node.webSocket() : node.device()).toString())
            .toList();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-jar",
                "target/smq-client.jar"));
    command.addAll(workload.arguments());
    command.addAll(List.of("--warmup", "0", "--duration", String.valueOf(SECONDS)));
    command.addAll(List.of("--url", String.join(",", urls)));
    Process generator =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String json = new String(generator.getInputStream().readAllBytes()).strip();
    if (generator.waitFor() != 0) {
      throw new IOException(workload.name() + " failed: " + json);
    }
    return json;
  }

  /** A number of the generator's flat JSON object. */
  private static double number(String json, String name) {
    Matcher value = Pattern.compile("\"" + name + "\":([0-9.]+)").matcher(json);
    if (!value.find()) {
      throw new IllegalStateException("no " + name + " in " + json);
    }
    return Double.parseDouble(value.group(1));
  }

  /** Processor time of the nodes so far, in user and system mode (proc(5), stat). */
  private static double cpuSeconds(List<NodeProcess> nodes) throws IOException {
    double ticks = 0;
    for (NodeProcess node : nodes) {
      String stat = Files.readString(Path.of("/proc", String.valueOf(node.pid()), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks / TICKS_PER_SECOND;
  }
}
