package org.smqcluster.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.smqcluster.bench.NodeBenchmark.Table;

/**
 * What {@code mvn -Pbench} runs: the parts by JMH, with the bytes that each operation allocates,
 * then whole nodes under load. {@code -Dbench.only} runs a part: {@code jmh} or {@code nodes},
 * {@code scale} (many nodes in this process, which needs a heap for all of them), one of the tables
 * of the latter, such as {@code memory}, or the benchmark whose class has this name, such as {@code
 * AclBenchmark}. {@code document} is what {@code performance.md} has, and with {@code
 * -Dbench.write=true} its figures are written there.
 */
public final class BenchMain {

  private BenchMain() {}

  public static void main(String[] arguments) throws Exception {
    String only = arguments.length > 0 ? arguments[0] : "all";
    Set<Table> tables = tables(only);
    if (only.equals("scale")) {
      BenchOptions.scale(System.out).print();
      return;
    }
    if (only.equals("all") || tables.isEmpty()) {
      micro(only.equals("all") || only.equals("jmh") ? "org.smqcluster" : only);
    }
    if (!tables.isEmpty()) {
      nodes(tables, only, BenchOptions.ofSystemProperties());
    }
  }

  private static void nodes(Set<Table> tables, String only, BenchOptions options) throws Exception {
    if (!options.write()) {
      new NodeBenchmark(System.out, options).run(tables);
      return;
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    out.printf(
        "By `mvn -Pbench -Dbench.only=%s -Dbench.seconds=%d -Dbench.write=true`:%n",
        only, options.seconds());
    try {
      new NodeBenchmark(out, options).run(tables);
    } finally {
      System.out.println(printed);
      Report.write(printed.toString(StandardCharsets.UTF_8));
    }
  }

  private static Set<Table> tables(String only) {
    if (only.equals("document")) {
      return EnumSet.complementOf(EnumSet.of(Table.COSTS));
    }
    if (only.equals("all") || only.equals("nodes")) {
      return EnumSet.allOf(Table.class);
    }
    return Stream.of(Table.values())
        .filter(table -> table.name().toLowerCase(Locale.ROOT).equals(only))
        .collect(() -> EnumSet.noneOf(Table.class), Set::add, Set::addAll);
  }

  private static void micro(String which) throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(which)
                    .addProfiler(GCProfiler.class)
                    .forks(1)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.seconds(1))
                    .jvmArgsAppend("-Xmx1g")
                    .shouldFailOnError(true)
                    .build())
            .run();
    if (results.isEmpty()) {
      throw new IllegalStateException("no benchmark ran");
    }
  }
}
