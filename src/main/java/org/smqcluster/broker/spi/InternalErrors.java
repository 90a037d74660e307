package org.smqcluster.broker.spi;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.smqcluster.log.LimitedLog;

/**
 * Keeps one failure from becoming two: runs steps of which each must run, whatever an earlier one
 * throws. What is not undone at the end of a client, a node or a connection is never undone, so an
 * {@link Error} is contained like any other failure: a class that cannot be loaded, a thread that
 * cannot be started, an assertion. Failures are counted for the whole process, and one a minute and
 * kind is logged with its stack trace. Thread-safe.
 */
public final class InternalErrors {

  private static final LimitedLog LOG = new LimitedLog(InternalErrors.class);
  private static final LongAdder COUNT = new LongAdder();

  /** A step that may fail in any way. */
  @FunctionalInterface
  public interface Step {

    void run() throws Exception;
  }

  private InternalErrors() {}

  /**
   * Runs all steps, in order.
   *
   * @param what the log's words for the steps together, for example {@code the end of a session}
   */
  public static void contain(String what, Step... steps) {
    for (Step step : steps) {
      try {
        step.run();
      } catch (Throwable e) {
        report(what, e);
      }
    }
  }

  /** Does the same to each element; {@code what} as in {@link #contain}. */
  public static <T> void forEach(String what, Iterable<T> elements, Consumer<? super T> step) {
    for (T element : elements) {
      try {
        step.accept(element);
      } catch (RuntimeException | Error e) {
        report(what, e);
      }
    }
  }

  /** Counts a failure that the caller has contained, and logs it if that is due. */
  public static void report(String what, Throwable failure) {
    COUNT.increment();
    try {
      LOG.log(
          what,
          Level.ERROR,
          failure,
          "Internal error in {0}, contained and counted (smq_internal_errors_total). If it goes on,"
              + " restart the node and report it.",
          what);
    } catch (RuntimeException | Error e) {
      // the log itself is what fails: the count has both
      COUNT.increment();
    }
  }

  /** Failures since the process started. */
  public static long count() {
    return COUNT.sum();
  }
}
