package org.smqcluster.cluster;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;

/**
 * What the cluster's state costs as nodes and clients become more: real nodes on the loopback
 * interface in this process, without server and sockets of clients. The processor's time is of all
 * nodes together, which share this machine: so it tells what each of them does.
 */
public final class ScaleTable {

  private static final Duration AWAIT = Duration.ofMinutes(3);

  private final PrintStream out;
  private final List<Integer> sizes;
  private final int clients;

  /**
   * Makes a table.
   *
   * @param sizes numbers of nodes, a row each
   * @param clients how many are registered in all, spread over the nodes
   */
  public ScaleTable(PrintStream out, List<Integer> sizes, int clients) {
    this.out = out;
    this.sizes = List.copyOf(sizes);
    this.clients = clients;
  }

  /** Measures and prints. */
  public void print() throws Exception {
    out.printf(
        "%n| nodes, %,d clients | bytes for a client on each node | connects/s in all | CPU us a"
            + " connect, on each node | a node joins, s | a node dies, s | CPU ms for it, on each"
            + " node |%n|---|---|---|---|---|---|---|%n",
        clients);
    for (int size : sizes) {
      row(size);
    }
  }

  private void row(int size) throws Exception {
    List<Integer> ports = Stream.generate(FreePorts::next).limit(size + 1L).toList();
    List<SimulatedNode> nodes = new ArrayList<>();
    try {
      for (int port : ports.subList(0, size)) {
        nodes.add(new SimulatedNode(port, ports));
      }
      for (SimulatedNode node : nodes) {
        Await.until("all nodes", AWAIT, () -> node.nodesSeen() == size);
      }
      int each = clients / size;
      registerEverywhere(nodes, each / 10);
      long heapBefore = heap();
      long cpu = cpu();
      long start = System.nanoTime();
      registerEverywhere(nodes, each);
      double seconds = secondsSince(start);
      double connectMicros = (cpu() - cpu) / 1e3 / ((double) each * size) / size;
      double bytes = (heap() - heapBefore) / ((double) each * size) / size;
      start = System.nanoTime();
      int all = nodes.get(0).clientsSeen();
      nodes.add(new SimulatedNode(ports.get(size), ports));
      Await.until("the state", AWAIT, () -> nodes.get(size).clientsSeen() == all);
      double joined = secondsSince(start);
      double[] death = death(nodes, all - each - each / 10);
      out.printf(
          "| %d | %.0f | %,.0f | %.1f | %.1f | %.1f | %.0f |%n",
          size, bytes, each * size / seconds, connectMicros, joined, death[0], death[1]);
    } finally {
      nodes.forEach(SimulatedNode::close);
    }
  }

  /** Kills a node: the seconds until no node knows its clients, and what that costs. */
  private static double[] death(List<SimulatedNode> nodes, int left) throws Exception {
    SimulatedNode dying = nodes.remove(0);
    long cpu = cpu();
    long start = System.nanoTime();
    dying.kill();
    for (SimulatedNode node : nodes) {
      Await.until("the end of a node", AWAIT, () -> node.clientsSeen() == left);
    }
    return new double[] {secondsSince(start), (cpu() - cpu) / 1e6 / nodes.size()};
  }

  private static void registerEverywhere(List<SimulatedNode> nodes, int each) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      nodes.forEach(
          node ->
              tasks.add(
                  () -> {
                    node.register(each);
                    return null;
                  }));
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static long heap() {
    System.gc();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
