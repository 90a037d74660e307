package org.smqcluster.admin.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventFeedTest {

  @Test
  void eventsOfAllNodesAreToldInTheOrderOfTime() {
    AdminEvent first = AdminEvent.of("connected").about("a");
    AdminEvent second = AdminEvent.of("connected").about("b");
    EventFeed.News news =
        merge(
            Map.of(
                "node1", new EventRing.Batch(List.of(second), 7, 0),
                "node2", new EventRing.Batch(List.of(first), 9, 3)));
    assertEquals(List.of(first.at("node2"), second.at("node1")), news.events());
    assertEquals(Map.of("node1", 7L, "node2", 9L, "gone", 4L), news.position());
    assertEquals(3, news.lost());
  }

  @Test
  void whatEveryNodeSeesIsToldOnce() {
    AdminEvent event = AdminEvent.of("node-left").about("node3");
    EventRing.Batch batch = new EventRing.Batch(List.of(event), 1, 0);
    EventFeed.News news = merge(Map.of("node1", batch, "node2", batch));
    assertEquals(List.of(event.at("node1")), news.events());
  }

  private static EventFeed.News merge(Map<String, EventRing.Batch> batches) {
    return EventFeed.merge("node1", new EventFeed.After(Map.of("gone", 4L), 0), batches);
  }
}
