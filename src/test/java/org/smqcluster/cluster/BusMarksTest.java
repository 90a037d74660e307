package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.cluster.TestNode.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A client that moves waits until all nodes have answered by a mark. One that cannot answer costs
 * it no time: it has sent nothing.
 */
class BusMarksTest {

  /** Below the time after which a mark is given up. */
  private static final Duration PROMPT = Duration.ofSeconds(3);

  private List<Integer> ports;
  private TestNode a;
  private TestNode b;

  @BeforeEach
  void startTwoNodes() throws Exception {
    ports = TestNode.freePorts(3);
    a = new TestNode("a", 0, ports);
    b = new TestNode("b", 1, ports);
    await("two nodes", () -> a.nodesSeen() == 2 && b.nodesSeen() == 2);
  }

  @AfterEach
  void stop() {
    b.close();
    a.close();
  }

  @Test
  void aNodeThatHasNotOpenedTheBrokerYetIsNotWaitedFor() throws Exception {
    try (ClusterNode joining =
        ClusterNode.join(TestNode.config("c", ports.get(2), ports), Optional.empty())) {
      await("a third node", () -> a.cluster.nodes().size() == 2 && joining.nodes().size() == 3);
      assertTrue(timeOfMarks().compareTo(PROMPT) < 0);
    }
  }

  @Test
  void aNodeThatLeavesIsNotWaitedFor() {
    CompletableFuture<Void> leaves = CompletableFuture.runAsync(b::close);
    while (!a.cluster.nodes().isEmpty()) {
      assertTrue(timeOfMarks().compareTo(PROMPT) < 0);
    }
    leaves.join();
  }

  private Duration timeOfMarks() {
    long start = System.nanoTime();
    await(a.cluster.received());
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
