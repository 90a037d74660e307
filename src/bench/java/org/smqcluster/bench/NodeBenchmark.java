package org.smqcluster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole nodes under load: real processes with the flags of {@code server-config}, load generators
 * in processes of their own, on one machine; and Mosquitto, NATS and Redis under the same load
 * beside them, where the machine has them. Prints tables.
 */
final class NodeBenchmark {

  private final PrintStream out;
  private final Generator generator;

  NodeBenchmark(PrintStream out, BenchOptions options) {
    this.out = out;
    this.generator = new Generator(options);
  }

  /** The tables there are. */
  enum Table {
    COMPARISON,
    CONNECTIONS,
    START,
    MESSAGES,
    MEMORY,
    COSTS
  }

  void run(Iterable<Table> tables) throws Exception {
    out.printf(
        "%n%s, %d processors, %s %s, %s, load %s before; 128 bytes a message; generators and brokers"
            + " share the processors.%n",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"),
        LocalDate.now(),
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    List<Throwable> failures = new ArrayList<>();
    List<OtherBroker> others = OtherBroker.startInstalled();
    try {
      for (Table table : tables) {
        try {
          print(table, others);
        } catch (Exception | AssertionError e) {
          // the other tables are worth having all the same
          out.printf("%n%s: %s%n", table, e);
          failures.add(e);
        }
      }
    } finally {
      others.forEach(OtherBroker::close);
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.size() + " tables failed", failures.get(0));
    }
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("Linux");
  }

  private void print(Table table, List<OtherBroker> others) throws Exception {
    switch (table) {
      case COMPARISON -> new ComparisonTable(out, generator).print(others);
      case CONNECTIONS -> new ConnectionTable(out).print(others);
      case START -> new StartTable(out).print();
      case MESSAGES -> new MessageTable(out, generator).print();
      case MEMORY -> new MemoryTable(out, generator).print();
      case COSTS -> new CostTable(out, generator).print();
    }
  }
}
