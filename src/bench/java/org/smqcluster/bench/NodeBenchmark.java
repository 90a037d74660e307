package org.smqcluster.bench;

import java.io.PrintStream;
import java.net.InetAddress;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whole nodes under load: real processes with the flags of {@code server-config}, load generators
 * in processes of their own, on one machine; and Mosquitto under the same load beside them, if the
 * machine has it. Prints tables.
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
    MESSAGES,
    CONNECTIONS,
    MEMORY,
    COSTS
  }

  void run(Iterable<Table> tables) throws Exception {
    out.printf(
        "%nNodes under load: %s, %d processors, %s %s, %s; 128 bytes a message; generators and"
            + " brokers share the processors%n",
        InetAddress.getLocalHost().getHostName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"),
        LocalDate.now());
    List<Throwable> failures = new ArrayList<>();
    Optional<Mosquitto> mosquitto = Mosquitto.start();
    try {
      for (Table table : tables) {
        try {
          print(table, mosquitto);
        } catch (Exception | AssertionError e) {
          // the other tables are worth having all the same
          out.printf("%n%s: %s%n", table, e);
          failures.add(e);
        }
      }
    } finally {
      mosquitto.ifPresent(Mosquitto::close);
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.size() + " tables failed", failures.get(0));
    }
  }

  private void print(Table table, Optional<Mosquitto> mosquitto) throws Exception {
    switch (table) {
      case MESSAGES -> new MessageTable(out, generator).print(mosquitto);
      case CONNECTIONS -> new ConnectionTable(out).print(mosquitto);
      case MEMORY -> new MemoryTable(out, generator).print();
      case COSTS -> new CostTable(out, generator).print();
    }
  }
}
