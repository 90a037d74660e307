package org.smqcluster.bench.load;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.smqcluster.client.command.Histogram;

/**
 * What came of a workload.
 *
 * @param delivered messages received a second
 * @param brokerMicros processor time of all brokers for each
 * @param generatorMicros processor time of the generator for each
 * @param p50 latency in ms, from when a message was due; of round trips where the workload is one
 * @param p99 likewise
 * @param p999 likewise
 * @param lost messages that were expected and did not come
 */
public record Figures(
    double delivered,
    double brokerMicros,
    double generatorMicros,
    double p50,
    double p99,
    double p999,
    double lost) {

  /** The better of two runs that had no rate to keep comes last. */
  public static final Comparator<Figures> MOST_DELIVERED =
      Comparator.comparingDouble(Figures::delivered);

  /** The better of two runs at one rate comes last: one that lost nothing, then the quicker. */
  public static final Comparator<Figures> LEAST_DELAYED =
      Comparator.comparingDouble(Figures::lost).thenComparingDouble(Figures::p99).reversed();

  static Figures of(
      Histogram latencies, double seconds, long expected, double brokerCpu, double generatorCpu) {
    double total = latencies.total();
    return new Figures(
        total / seconds,
        brokerCpu * 1e6 / total,
        generatorCpu * 1e6 / total,
        latencies.quantile(0.5) / 1e6,
        latencies.quantile(0.99) / 1e6,
        latencies.quantile(0.999) / 1e6,
        expected - total);
  }

  /** One line; {@link #parse} reads it. */
  String line() {
    return DoubleStream.of(delivered, brokerMicros, generatorMicros, p50, p99, p999, lost)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  /** Reads what the generator printed. */
  public static Figures parse(String line) {
    double[] all = Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
    return new Figures(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
  }
}
