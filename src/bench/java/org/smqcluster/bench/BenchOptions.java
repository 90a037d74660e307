package org.smqcluster.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.smqcluster.cluster.ScaleTable;

/**
 * What system properties say about the runs against whole nodes.
 *
 * @param seconds how long each row is measured, in two runs; {@code -Dbench.seconds}, 8 without it
 * @param profile whether each workload is recorded by JFR; {@code -Dbench.profile=true}
 * @param write whether {@code performance.md} gets the tables; {@code -Dbench.write=true}
 */
record BenchOptions(int seconds, boolean profile, boolean write) {

  /** The longest time that compilers get before a measurement. */
  private static final int WARM_UP_SECONDS = 5;

  /** Where recordings and what generators print are kept. */
  static final Path DIRECTORY = Path.of("target", "bench");

  static BenchOptions ofSystemProperties() {
    return new BenchOptions(
        Integer.getInteger("bench.seconds", 8),
        Boolean.getBoolean("bench.profile"),
        Boolean.getBoolean("bench.write"));
  }

  /** The table whose sizes {@code -Dbench.scale.nodes} and {@code -Dbench.scale.clients} give. */
  static ScaleTable scale(PrintStream out) {
    return new ScaleTable(
        out,
        Stream.of(System.getProperty("bench.scale.nodes", "3,10,25").split(","))
            .map(Integer::valueOf)
            .toList(),
        Integer.getInteger("bench.scale.clients", 100_000));
  }

  /** How long one run is measured. */
  int runSeconds() {
    return Math.max(1, seconds / 2);
  }

  int warmUpSeconds() {
    return Math.min(WARM_UP_SECONDS, runSeconds());
  }
}
