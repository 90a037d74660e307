package org.smqcluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smqcluster.bench.load.Figures;
import org.smqcluster.bench.load.LoadMain;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.bench.load.Workload;
import org.smqcluster.launcher.ChildProcesses;
import org.smqcluster.testing.NodeProcess;

/** Runs load generators, each a process of its own that ends with this one. */
final class Generator {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final BenchOptions options;
  private final AtomicInteger runs = new AtomicInteger();

  Generator(BenchOptions options) {
    this.options = options;
  }

  /** The load of one node, or across two of them; the processor time is that of all. */
  Figures nodes(Workload workload, List<NodeProcess> nodes)
      throws IOException, InterruptedException {
    List<Integer> ports =
        nodes.stream()
            .map(
                node ->
                    workload.protocol() == Protocol.WEB_SOCKET
                        ? node.httpPort()
                        : node.devicePort())
            .toList();
    return run(workload, ports, nodes.stream().map(NodeProcess::pid).toList());
  }

  /** The load of the broker on this port. */
  Figures run(Workload workload, List<Integer> ports, List<Long> pids)
      throws IOException, InterruptedException {
    Files.createDirectories(BenchOptions.DIRECTORY);
    Path output = BenchOptions.DIRECTORY.resolve("generator" + runs.incrementAndGet() + ".log");
    Files.deleteIfExists(output);
    // nearly all it does is done by the kernel: the second compiler would take more processor time
    // than it saves, and just while latencies are measured; but only its code has fast encryption
    List<String> command =
        List.of(
            JAVA,
            workload.protocol().isSecure() ? "-XX:TieredStopAtLevel=4" : "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            LoadMain.class.getName(),
            workload.arguments(),
            list(ports.stream()),
            list(pids.stream()),
            // what is compiled already needs to fill its connections alone
            String.valueOf(workload.protocol().isSmq() ? options.warmUpSeconds() : 1),
            String.valueOf(options.runSeconds()));
    Process generator = ChildProcesses.start(command, output);
    boolean profiled = options.profile() && workload.protocol().isSmq();
    Profile profile = profiled ? Profile.of(workload, pids.get(0), options) : null;
    int status = generator.waitFor();
    List<String> printed = Files.readAllLines(output);
    if (status != 0 || printed.isEmpty()) {
      throw new IOException(reason(printed) + ", see " + output);
    }
    if (profile != null) {
      profile.print(System.out);
    }
    return Figures.parse(printed.get(printed.size() - 1));
  }

  /** What caused the failure, of what the generator printed. */
  private static String reason(List<String> printed) {
    return printed.stream()
        .filter(line -> line.startsWith("Caused by: ") || line.startsWith("Exception in "))
        .reduce((first, last) -> last)
        .map(line -> line.replace("Caused by: ", ""))
        .orElse("no figures");
  }

  private static String list(Stream<?> values) {
    return values.map(String::valueOf).collect(Collectors.joining(","));
  }
}
