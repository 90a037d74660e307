package org.smqcluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.smqcluster.threads.DaemonThreads;

/** When observers hear of events. */
class EventQueueTest {

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final EventQueue queue = new EventQueue(new DaemonThreads("test-events"));

  @Test
  void whatHappensBeforeTheNodeIsStartedIsHeardAfterItInOrder() {
    boolean[] started = {false};
    for (int i = 0; i < 3; i++) {
      String event = "topic " + i;
      queue.put(() -> heard.add(event + (started[0] ? "" : ", but the node is not started")));
    }
    started[0] = true;
    queue.begin();
    queue.put(() -> heard.add("client"));
    queue.close();
    assertEquals(List.of("topic 0", "topic 1", "topic 2", "client"), heard);
  }

  @Test
  void eventsBeyondTheBoundAreDropped() {
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < EventQueue.CAPACITY + 10; i++) {
      queue.put(ran::incrementAndGet);
    }
    queue.begin();
    queue.close();
    assertEquals(EventQueue.CAPACITY, ran.get());
  }

  @Test
  void aNodeThatCannotStartTellsNothing() {
    queue.put(() -> heard.add("topic"));
    queue.close();
    assertTrue(heard.isEmpty(), heard.toString());
    assertThrows(RejectedExecutionException.class, () -> queue.execute(() -> heard.add("late")));
  }
}
