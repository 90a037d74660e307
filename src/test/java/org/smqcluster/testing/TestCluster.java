package org.smqcluster.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Nodes of one cluster, each a process. Not thread-safe. */
public final class TestCluster implements AutoCloseable {

  private final List<NodeProcess> nodes;

  private TestCluster(List<NodeProcess> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Starts {@code size} nodes side by side, node1 to node<i>n</i>, and waits until all are ready.
   */
  public static TestCluster start(int size) {
    return start(size, Map.of());
  }

  /** As {@link #start(int)}; all nodes get these system properties. */
  public static TestCluster start(int size, Map<String, String> properties) {
    return start(size, builder -> builder.properties(properties));
  }

  /** As {@link #start(int)}; {@code change} says what else is particular to each node. */
  public static TestCluster start(int size, UnaryOperator<NodeProcess.Builder> change) {
    List<Integer> clusterPorts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      clusterPorts.add(FreePorts.next());
    }
    List<NodeProcess> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nodes.add(
          change
              .apply(
                  NodeProcess.builder("node" + (i + 1))
                      .clusterPort(clusterPorts.get(i))
                      .memberPorts(clusterPorts))
              .start());
    }
    TestCluster cluster = new TestCluster(nodes);
    try {
      cluster.awaitReady();
    } catch (AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Node {@code number}, counted from 1. */
  public NodeProcess node(int number) {
    return nodes.get(number - 1);
  }

  /** All nodes, running or not. */
  public List<NodeProcess> nodes() {
    return nodes;
  }

  /** Starts again the nodes that have ended, and waits until all are ready. */
  public TestCluster restore() {
    nodes.stream().filter(node -> !node.isAlive()).forEach(NodeProcess::start);
    return awaitReady();
  }

  private TestCluster awaitReady() {
    nodes.forEach(NodeProcess::awaitReady);
    return this;
  }

  /** Kills all nodes. */
  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
  }
}
