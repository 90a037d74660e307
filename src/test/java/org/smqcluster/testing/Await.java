package org.smqcluster.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for a condition, with a bound: what tests do instead of sleeping. */
public final class Await {

  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final long LONGEST_PAUSE_MILLIS = 100;

  private Await() {}

  /**
   * Waits until {@code condition} holds. An exception that it throws counts as "not yet".
   *
   * @param what what is waited for, to read after "waited 5 s for"
   * @throws AssertionError if it does not hold in time
   */
  public static void until(String what, Duration atMost, Callable<Boolean> condition) {
    value(what, atMost, condition, Boolean::booleanValue);
  }

  /**
   * Waits until {@code source} gives a value that {@code wanted} accepts. An exception that it
   * throws counts as "not yet".
   *
   * @param what what is waited for, to read after "waited 5 s for"
   * @return the value
   * @throws AssertionError if there is none in time; it names the last value or exception seen
   */
  public static <T> T value(
      String what, Duration atMost, Callable<T> source, Predicate<? super T> wanted) {
    long end = System.nanoTime() + atMost.toNanos();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      Object last;
      Exception failure = null;
      try {
        T value = source.call();
        if (value != null && wanted.test(value)) {
          return value;
        }
        last = value;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, e);
      } catch (Exception e) {
        last = e;
        failure = e;
      }
      if (System.nanoTime() - end >= 0) {
        throw new AssertionError(
            "waited " + atMost.toMillis() / 1000.0 + " s for " + what + ", last seen: " + last,
            failure);
      }
      pause(pause, what);
      pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
    }
  }

  private static void pause(long millis, String what) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }
}
