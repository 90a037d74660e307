package org.smqcluster.admin.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventRingTest {

  private final EventRing ring = new EventRing();

  @Test
  void aReaderGoesOnWhereItWas() {
    add(3);
    EventRing.Batch first = ring.after(0, 2);
    assertEquals(List.of(1L, 2L), numbers(first));
    assertEquals(List.of(3L), numbers(ring.after(first.last(), 10)));
    assertEquals(List.of(), numbers(ring.after(3, 10)));
  }

  @Test
  void aReaderThatIsTooSlowIsToldHowManyItMissed() {
    add(EventRing.CAPACITY + 10);
    EventRing.Batch batch = ring.after(5, 1);
    assertEquals(List.of(11L), numbers(batch));
    assertEquals(5, batch.lost());
  }

  @Test
  void aNewReaderGetsTheLastOnes() {
    assertEquals(List.of(), numbers(ring.last(10)));
    add(5);
    assertEquals(List.of(4L, 5L), numbers(ring.last(2)));
    assertEquals(0, ring.last(2).lost());
    assertEquals(List.of(), numbers(ring.last(0)));
    assertEquals(5, ring.last(0).last());
  }

  @Test
  void changesOfDevicesPushNothingOutOfWhatANewReaderGets() {
    add(2);
    IntStream.range(0, EventRing.CAPACITY + 1).forEach(i -> ring.add(AdminEvent.of("device")));
    assertEquals(List.of(1L, 2L), numbers(ring.last(10)));
    assertEquals(EventRing.CAPACITY + 3, ring.last(10).last());
    add(2 * EventRing.HISTORY);
    assertEquals(EventRing.HISTORY, ring.last(EventRing.CAPACITY).events().size());
  }

  @Test
  void aReaderOfAnEarlierLifeOfTheNodeStartsAnew() {
    add(2);
    assertEquals(List.of(1L, 2L), numbers(ring.after(1000, 10)));
  }

  private void add(int count) {
    IntStream.range(0, count).forEach(i -> ring.add(AdminEvent.of("connected")));
  }

  private static List<Long> numbers(EventRing.Batch batch) {
    return batch.events().stream().map(AdminEvent::number).toList();
  }
}
