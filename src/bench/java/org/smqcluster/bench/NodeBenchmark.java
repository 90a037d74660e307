package org.smqcluster.bench;

import java.io.PrintStream;
import java.net.InetAddress;
import java.time.LocalDate;
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
    Optional<Mosquitto> mosquitto = Mosquitto.start();
    try {
      for (Table table : tables) {
        switch (table) {
          case MESSAGES -> new MessageTable(out, generator).print(mosquitto);
          case CONNECTIONS -> new ConnectionTable(out).print(mosquitto);
          case MEMORY -> new MemoryTable(out, generator).print();
          case COSTS -> new CostTable(out, generator).print();
        }
      }
    } finally {
      mosquitto.ifPresent(Mosquitto::close);
    }
  }
}
