package org.smqcluster.admin.events;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last hundred things that happened to one client, kept small: there is one for each client.
 * Thread-safe.
 */
public final class ClientHistory {

  public static final int CAPACITY = 100;

  private static final int FIRST_CAPACITY = 4;
  private static final int LONGS = 2;

  public enum Kind {
    CONNECTED,
    /** The argument is the TID. */
    SUBSCRIBED,
    /** The argument is the TID. */
    UNSUBSCRIBED,
    /** The argument is the ordinal of the refusal. */
    REFUSED
  }

  /** Something that happened, in milliseconds since 1970; the kind explains the argument. */
  public record Entry(long millis, Kind kind, int argument) {}

  /** Pairs of time, and kind and argument; a ring once it has its full size. */
  private long[] ring = new long[FIRST_CAPACITY * LONGS];

  private int size;
  private int next;

  /** Adds what happened now; the oldest gives way. */
  public synchronized void add(long millis, Kind kind, int argument) {
    if (next * LONGS == ring.length && size < CAPACITY) {
      ring = Arrays.copyOf(ring, Math.min(ring.length * 2, CAPACITY * LONGS));
    }
    int at = next % CAPACITY * LONGS;
    ring[at] = millis;
    ring[at + 1] = (long) kind.ordinal() << Integer.SIZE | argument & 0xFFFFFFFFL;
    next = next % CAPACITY + 1;
    size = Math.min(size + 1, CAPACITY);
  }

  /** All, the oldest first. */
  public synchronized List<Entry> entries() {
    List<Entry> entries = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      int at = Math.floorMod(next - size + i, CAPACITY) * LONGS;
      entries.add(
          new Entry(
              ring[at], Kind.values()[(int) (ring[at + 1] >>> Integer.SIZE)], (int) ring[at + 1]));
    }
    return entries;
  }
}
