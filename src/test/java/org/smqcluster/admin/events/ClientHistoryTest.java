package org.smqcluster.admin.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.events.ClientHistory.Entry;
import org.smqcluster.admin.events.ClientHistory.Kind;

class ClientHistoryTest {

  private final ClientHistory history = new ClientHistory();

  @Test
  void tellsWhatHappenedInItsOrder() {
    history.add(1, Kind.CONNECTED, 0);
    history.add(2, Kind.SUBSCRIBED, -5);
    assertEquals(
        List.of(new Entry(1, Kind.CONNECTED, 0), new Entry(2, Kind.SUBSCRIBED, -5)),
        history.entries());
  }

  @Test
  void keepsTheLastHundred() {
    for (int count : new int[] {99, 100, 101, 199, 200, 201, 1234}) {
      ClientHistory filled = new ClientHistory();
      IntStream.range(0, count).forEach(i -> filled.add(i, Kind.SUBSCRIBED, i));
      assertEquals(
          IntStream.range(Math.max(0, count - 100), count).boxed().toList(),
          filled.entries().stream().map(Entry::argument).toList(),
          count + " events");
    }
  }
}
