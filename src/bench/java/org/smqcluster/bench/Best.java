package org.smqcluster.bench;

import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The best of some runs, or why there is none: a run that fails takes no row but its own with it.
 * Not thread-safe.
 */
final class Best<T> {

  private static final int REASON_LENGTH = 160;

  private final Comparator<? super T> better;
  private Optional<T> best = Optional.empty();
  private String failure = "did not run";

  /**
   * Without a run yet.
   *
   * @param better the better of two runs comes last
   */
  Best(Comparator<? super T> better) {
    this.better = better;
  }

  /** Runs once; a failure is printed, and kept as the reason if no other run succeeds. */
  void run(Callable<? extends T> once) throws InterruptedException {
    try {
      T now = once.call();
      best = best.filter(before -> better.compare(before, now) > 0).or(() -> Optional.of(now));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      failure = failure(e);
      System.err.println(failure);
    }
  }

  /** The best run, if any succeeded. */
  Optional<T> result() {
    return best;
  }

  /** A figure of the best run; not a number if none succeeded. */
  double figure(ToDoubleFunction<? super T> figure) {
    return best.map(figure::applyAsDouble).orElse(Double.NaN);
  }

  /** The cells of a table for the best run, or the first of them with the reason for none. */
  String cells(Function<? super T, String> cells) {
    return best.map(cells).orElse(failure);
  }

  /** A line for a cell of a table. */
  static String failure(Throwable failure) {
    String reason = Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
    String line = reason.replaceAll("[\\s|]+", " ");
    return "failed: " + line.substring(0, Math.min(REASON_LENGTH, line.length()));
  }
}
