package org.smqcluster.admin.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last few thousand events of this node. A reader passes the number of the last event that it
 * has seen; a slow reader misses events and is told how many. Thread-safe.
 */
public final class EventRing {

  public static final int CAPACITY = 4096;

  /** How many events are kept for new readers. */
  public static final int HISTORY = 500;

  private final AdminEvent[] ring = new AdminEvent[CAPACITY];

  /** Events of devices push out none of these: each change of a temperature is one. */
  private final Deque<AdminEvent> history = new ArrayDeque<>();

  private long next = 1;

  /**
   * Events that a reader has not seen.
   *
   * @param events the oldest first
   * @param last what to come back with
   * @param lost how many events before the first one are no longer kept
   */
  public record Batch(List<AdminEvent> events, long last, long lost) {}

  /** Adds an event; the reader adds the node's name. */
  public synchronized void add(AdminEvent event) {
    AdminEvent numbered = event.numbered(next);
    ring[(int) (next % CAPACITY)] = numbered;
    next++;
    if (!event.isOfDevice()) {
      history.addLast(numbered);
    }
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
  }

  /** The events after the last one seen, so many at most. */
  public synchronized Batch after(long number, int max) {
    // a number beyond ours is that of an earlier life of this node
    long seen = number >= next ? 0 : number;
    long from = Math.max(Math.max(1, next - CAPACITY), seen + 1);
    long to = Math.min(next, from + max);
    List<AdminEvent> events = new ArrayList<>((int) (to - from));
    for (long i = from; i < to; i++) {
      events.add(ring[(int) (i % CAPACITY)]);
    }
    return new Batch(events, to - 1, from - seen - 1);
  }

  /** The last events that are not of devices, {@value #HISTORY} at most. */
  public synchronized Batch last(int count) {
    return new Batch(
        history.stream().skip(Math.max(0, history.size() - count)).toList(), next - 1, 0);
  }
}
