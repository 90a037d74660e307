package org.smqcluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smqcluster.testing.NodeProcess;

/** Runs load generators as processes of their own, and watches what it costs the brokers. */
final class Generator {

  /** For the compilers of the generator and the node. */
  private static final int WARM_UP_SECONDS = 5;

  private static final int SECONDS = 8;

  /** From the generator's start until it certainly measures. */
  private static final int CPU_FROM_SECONDS = WARM_UP_SECONDS + 3;

  private static final int CPU_SECONDS = 4;
  private static final double TICKS_PER_SECOND = 100;
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /**
   * What came of a workload.
   *
   * @param delivered messages received a second
   * @param cpuMicros processor time of all brokers for each
   * @param p50 latency in ms; of round trips where the workload is one
   * @param p99 likewise
   * @param p999 likewise; 0 if not known
   */
  record Figures(
      double delivered, double cpuMicros, double p50, double p99, double p999, long lost) {}

  private Generator() {}

  /** The project's own client against nodes. */
  static Figures nodes(Workload workload, List<NodeProcess> nodes, List<String> options)
      throws IOException, InterruptedException {
    List<String> urls =
        nodes.stream()
            .limit(workload.across() ? 2 : 1)
            .map(node -> (workload.webSocket() ? node.webSocket() : node.device()).toString())
            .toList();
    return nodes(workload, String.join(",", urls), nodes, options);
  }

  /** As {@link #nodes(Workload, List, List)}, with these addresses. */
  static Figures nodes(
      Workload workload, String urls, List<NodeProcess> nodes, List<String> options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(JAVA, "-Xmx512m", "-jar", "target/smq-client.jar"));
    command.addAll(workload.arguments(WARM_UP_SECONDS, SECONDS));
    command.addAll(List.of("--url", urls));
    command.addAll(options);
    return measure(command, nodes.stream().map(NodeProcess::pid).toList());
  }

  /** An MQTT broker. */
  static Figures mqtt(Workload workload, Mosquitto broker)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            JAVA,
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            MqttLoad.class.getName(),
            workload.mode(),
            String.valueOf(broker.port()),
            String.valueOf(workload.clients()),
            String.valueOf(workload.window()),
            String.valueOf(workload.bytes()),
            String.valueOf(WARM_UP_SECONDS),
            String.valueOf(SECONDS));
    return measure(command, List.of(broker.pid()));
  }

  private static Figures measure(List<String> command, List<Long> pids)
      throws IOException, InterruptedException {
    Process generator =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    TimeUnit.SECONDS.sleep(CPU_FROM_SECONDS);
    double before = cpuSeconds(pids);
    TimeUnit.SECONDS.sleep(CPU_SECONDS);
    double cpu = (cpuSeconds(pids) - before) / CPU_SECONDS;
    String result = new String(generator.getInputStream().readAllBytes()).strip();
    if (generator.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + result);
    }
    double delivered = number(result, "receivedPerSecond");
    return new Figures(
        delivered,
        cpu * 1e6 / delivered,
        number(result, "p50"),
        number(result, "p99"),
        result.contains("\"p99.9\"") ? number(result, "p99.9") : 0,
        // a message sent as the measurement began may be counted by its receiver alone
        Math.max(0, (long) number(result, "lost")));
  }

  /** A number of the generator's flat JSON object. */
  private static double number(String json, String name) {
    Matcher value = Pattern.compile("\"" + Pattern.quote(name) + "\":(-?[0-9.]+)").matcher(json);
    if (!value.find()) {
      throw new IllegalStateException("no " + name + " in " + json);
    }
    return Double.parseDouble(value.group(1));
  }

  /** Processor time of processes so far, in user and system mode (proc(5), stat). */
  static double cpuSeconds(List<Long> pids) throws IOException {
    double ticks = 0;
    for (long pid : pids) {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks / TICKS_PER_SECOND;
  }
}
