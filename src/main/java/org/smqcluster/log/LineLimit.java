package org.smqcluster.log;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Bounds the lines of each kind, and counts those that it holds back. Remembers 1,000 kinds; of
 * more, those that were quiet longest are forgotten. Thread-safe.
 */
public final class LineLimit {

  private static final int MAX_KINDS = 1000;
  private static final LongAdder HELD_BACK = new LongAdder();

  private final int burst;
  private final long refillNanos;
  private final LongSupplier clock;
  private final Map<Object, Kind> kinds = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Describes a limit.
   *
   * @param burst lines of a kind that may follow each other at once
   * @param refill the time after which one more is allowed
   */
  public LineLimit(int burst, Duration refill) {
    this(burst, refill, System::nanoTime);
  }

  LineLimit(int burst, Duration refill, LongSupplier clock) {
    this.burst = burst;
    this.refillNanos = refill.toNanos();
    this.clock = clock;
  }

  /** A limit of one line a minute for each kind. */
  public static LineLimit perMinute() {
    return new LineLimit(1, Duration.ofMinutes(1));
  }

  /**
   * Asks whether one more line may be logged.
   *
   * @param kind compared by {@code equals}
   * @return empty if the line is to be left out; else how many of its kind were since the last
   */
  public synchronized OptionalLong admit(Object kind) {
    long now = clock.getAsLong();
    Kind known = kinds.get(kind);
    if (known == null) {
      known = new Kind(now);
      kinds.put(kind, known);
      if (kinds.size() > MAX_KINDS) {
        kinds.remove(kinds.keySet().iterator().next());
      }
    }
    // times are compared by difference: nanoTime may be negative and overflow
    if (known.fullAt - now > (burst - 1) * refillNanos) {
      known.heldBack++;
      HELD_BACK.increment();
      return OptionalLong.empty();
    }
    known.fullAt = (known.fullAt - now > 0 ? known.fullAt : now) + refillNanos;
    long heldBack = known.heldBack;
    known.heldBack = 0;
    return OptionalLong.of(heldBack);
  }

  /** Lines left out by all limits of this process since its start. */
  public static long heldBack() {
    return HELD_BACK.sum();
  }

  /** The note at the end of a line about suppressed lines of its kind. */
  static String note(long heldBack) {
    return heldBack == 0 ? "" : " (" + heldBack + " more like this were not logged)";
  }

  private static final class Kind {

    /** When the whole burst is allowed again. */
    private long fullAt;

    private long heldBack;

    Kind(long now) {
      fullAt = now;
    }
  }
}
