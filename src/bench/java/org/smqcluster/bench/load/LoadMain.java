package org.smqcluster.bench.load;

import java.util.Arrays;
import java.util.List;

/** The load generator's process: runs one workload and prints its figures. */
public final class LoadMain {

  private LoadMain() {}

  /**
   * Arguments: the workload, the brokers' ports and process ids with commas between, seconds to
   * warm up and to measure.
   */
  public static void main(String[] arguments) throws Exception {
    List<Integer> ports = Arrays.stream(arguments[1].split(",")).map(Integer::valueOf).toList();
    List<WatchedProcess> brokers =
        Arrays.stream(arguments[2].split(","))
            .map(pid -> new WatchedProcess(Long.parseLong(pid)))
            .toList();
    LoadRun run = new LoadRun(Workload.parse(arguments[0]), ports);
    Figures figures =
        run.measure(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), brokers);
    System.out.println(figures.line());
  }
}
