package org.smqcluster.admin.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smqcluster.cluster.NodeInfo;
import org.smqcluster.cluster.NodeState;

class StatisticsHistoryTest {

  private final StatisticsHistory history = new StatisticsHistory();

  @Test
  void everyNodeHasAValueForEveryTime() {
    look(5, node("node1", 3, 0));
    look(10, node("node1", 4, 20), node("node2", 9, 100));
    HistoryView view = history.view();
    assertEquals(List.of(5L, 10L), view.times());
    assertEquals(List.of(3.0, 4.0), view.nodes().get("node1").get("clients"));
    assertEquals(List.of(0.0, 4.0), view.nodes().get("node1").get("dropped"));
    assertNull(view.nodes().get("node2").get("clients").get(0));
  }

  @Test
  void aQuarterOfAnHourIsKept() {
    for (int i = 0; i < 500; i++) {
      look(i * 5, node("node1", i, 0));
    }
    assertEquals(180, history.view().times().size());
    assertEquals(499 * 5, history.view().times().get(179));
  }

  private void look(int seconds, NodeInfo... nodes) {
    history.look(List.of(nodes), seconds, TimeUnit.SECONDS.toNanos(seconds));
  }

  private static NodeInfo node(String name, double clients, double dropped) {
    return new NodeInfo(
        1,
        name,
        NodeState.READY,
        URI.create("http://127.0.0.1:1"),
        1,
        "1",
        2,
        Instant.EPOCH,
        Map.of(NodeStatistics.CLIENTS, clients, NodeStatistics.DROPPED + "denied", dropped));
  }
}
