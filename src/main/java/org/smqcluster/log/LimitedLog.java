package org.smqcluster.log;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.logging.Logger;

/**
 * A logger for lines that a peer can cause: one a minute and kind, with the number of those left
 * out in between; strings among the parameters are escaped and cut. Thread-safe, and cheap for a
 * line that is left out.
 */
public final class LimitedLog {

  private final LineLimit limit;
  private final Logger logger;

  /** Makes one for the lines of this class; its kinds are its own. */
  public LimitedLog(Class<?> owner) {
    this(owner, LineLimit.perMinute());
  }

  LimitedLog(Class<?> owner, LineLimit limit) {
    this.logger = Logger.getLogger(owner.getName());
    this.limit = limit;
  }

  /** Logs a line whose kind is its format, as {@link java.text.MessageFormat} has it. */
  public void log(Level level, String format, Object... parameters) {
    log(format, level, null, format, parameters);
  }

  /** Logs a line about a failure, of the kind of its format. */
  public void log(Level level, Throwable failure, String format, Object... parameters) {
    log(format, level, failure, format, parameters);
  }

  /**
   * Logs a line.
   *
   * @param kind of which one line a minute is let through
   * @param failure with what went wrong, or null
   */
  public void log(
      Object kind, Level level, Throwable failure, String format, Object... parameters) {
    // both have the same numbers
    java.util.logging.Level itsLevel =
        java.util.logging.Level.parse(Integer.toString(level.getSeverity()));
    if (!logger.isLoggable(itsLevel)) {
      return;
    }
    OptionalLong before = limit.admit(kind);
    if (before.isPresent()) {
      LimitedRecord line =
          new LimitedRecord(
              logger.getName(),
              itsLevel,
              format + LineLimit.note(before.getAsLong()),
              Arrays.stream(parameters).map(LimitedLog::safe).toArray());
      line.setThrown(failure);
      logger.log(line);
    }
  }

  private static Object safe(Object parameter) {
    return parameter instanceof String text ? LogText.line(text, LogText.PEER_CHARS) : parameter;
  }
}
