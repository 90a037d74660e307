package org.smqcluster.bench;

import java.util.Collection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What {@code mvn -Pbench} runs: the parts by JMH, with the bytes that each operation allocates,
 * then whole nodes under load. {@code -Dbench.only=nodes} or {@code jmh} runs one half, and the
 * name of a benchmark's class, such as {@code AclBenchmark}, that one alone.
 */
public final class BenchMain {

  private BenchMain() {}

  public static void main(String[] arguments) throws Exception {
    String only = arguments.length > 0 ? arguments[0] : "all";
    if (!only.equals("nodes")) {
      micro(only.equals("all") || only.equals("jmh") ? "org.smqcluster" : only);
    }
    if (only.equals("all") || only.equals("nodes")) {
      new NodeBenchmark(System.out).run();
    }
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
