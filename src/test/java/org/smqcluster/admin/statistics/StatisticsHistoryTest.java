package org.smqcluster.admin.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    StatisticsHistory.View view = view("15m");
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
    assertEquals(180, view("15m").times().size());
    assertEquals(499 * 5, view("15m").times().get(179));
  }

  @Test
  void anHourAndADayHaveMeansOfLongerTimes() {
    for (int i = 1; i <= 96; i++) {
      look(i * 5, node("node1", i, 0));
    }
    assertEquals(20, view("1h").step());
    assertEquals(List.of(2.5, 6.5), view("1h").nodes().get("node1").get("clients").subList(0, 2));
    assertEquals(List.of(240L, 480L), view("24h").times());
    assertEquals(List.of(24.5, 72.5), view("24h").nodes().get("node1").get("clients"));
    assertTrue(history.view("1y").isEmpty());
  }

  private StatisticsHistory.View view(String range) {
    return history.view(range).orElseThrow();
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
