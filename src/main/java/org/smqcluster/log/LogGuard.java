package org.smqcluster.log;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Stands in front of the handlers of the server's root logger, and so of its log:
 *
 * <ul>
 *   <li>Control characters in any record are escaped.
 *   <li>Of the server, its libraries and this application, one warning or error a minute and kind
 *       is let through, the others are counted; of other messages of the server ten. The kind is
 *       the statement that logs and the failure's class and place: nothing that a peer chooses.
 *   <li>A failure that a peer causes has no stack trace, but its place, on the same line.
 *   <li>What ends a thread is logged by the same rules, unless the server has rules of its own.
 * </ul>
 *
 * <p>Records of other applications, and below INFO, which are off unless configured, are escaped
 * and no more. Thread-safe.
 */
public final class LogGuard extends Handler {

  private static final int LINE_CHARS = 1000;
  private static final int BLOCK_CHARS = 16_384;
  private static final int MESSAGES_A_MINUTE = 10;

  /** Formats as every formatter of java.util.logging does. */
  private static final Formatter MESSAGES = new SimpleFormatter();

  private static final Logger THREADS = Logger.getLogger(LogGuard.class.getName());

  private final LineLimit warnings = LineLimit.perMinute();
  private final LineLimit messages =
      new LineLimit(MESSAGES_A_MINUTE, Duration.ofMinutes(1).dividedBy(MESSAGES_A_MINUTE));
  private final List<Handler> guarded;

  /** Java prints what ends a thread, past all loggers. */
  private final Thread.UncaughtExceptionHandler uncaught =
      (thread, failure) -> THREADS.log(Level.SEVERE, "A failure ends a thread", failure);

  LogGuard(List<Handler> guarded) {
    this.guarded = List.copyOf(guarded);
  }

  /** Puts a guard in front of what handles the server's log now. */
  public static LogGuard install() {
    Logger root = Logger.getLogger("");
    LogGuard guard = new LogGuard(Arrays.asList(root.getHandlers()));
    if (Thread.getDefaultUncaughtExceptionHandler() == null) {
      Thread.setDefaultUncaughtExceptionHandler(guard.uncaught);
    }
    // first the guard: a record in between is handled twice, not lost
    root.addHandler(guard);
    guard.guarded.forEach(root::removeHandler);
    return guard;
  }

  /** Restores the handlers that the log had before. */
  public void uninstall() {
    Logger root = Logger.getLogger("");
    guarded.forEach(root::addHandler);
    root.removeHandler(this);
    if (Thread.getDefaultUncaughtExceptionHandler() == uncaught) {
      Thread.setDefaultUncaughtExceptionHandler(null);
    }
  }

  @Override
  public void publish(LogRecord record) {
    try {
      LogRecord line = guard(record);
      if (line != null) {
        guarded.forEach(handler -> handler.publish(line));
      }
    } catch (RuntimeException e) {
      reportError("A record cannot be logged", e, ErrorManager.WRITE_FAILURE);
    }
  }

  /** The record to log in place of this one, or null for none. */
  private LogRecord guard(LogRecord record) {
    RecordSource source = RecordSource.of(record);
    if (!source.isLimited()) {
      return escaped(record);
    }
    LineLimit limit = source.isWarning() ? warnings : messages;
    OptionalLong before = limit.admit(source.kind());
    return before.isEmpty() ? null : line(record, LineLimit.note(before.getAsLong()));
  }

  private static LogRecord escaped(LogRecord record) {
    String message = MESSAGES.formatMessage(record);
    String safe = LogText.block(message, BLOCK_CHARS);
    boolean same =
        safe.equals(message)
            && Failures.escaped(record.getThrown()) == record.getThrown()
            && record.getLoggerName() != null;
    return same ? record : copy(record, safe, true);
  }

  private static LogRecord line(LogRecord record, String note) {
    String message = MESSAGES.formatMessage(record);
    Throwable thrown = record.getThrown();
    boolean traced = thrown != null && !Failures.isCausedByPeer(thrown);
    if (traced || record.getLevel().intValue() < Level.WARNING.intValue()) {
      return copy(record, LogText.block(message, BLOCK_CHARS) + note, true);
    }
    String failure = thrown == null ? "" : ": " + Failures.line(thrown);
    return copy(record, LogText.line(withoutTrace(message), LINE_CHARS) + failure + note, false);
  }

  private static LogRecord copy(LogRecord record, String message, boolean traced) {
    Map<?, ?> members = members(record.getParameters());
    LogRecord copy = new LogRecord(record.getLevel(), members == null ? message : "{0}");
    if (members != null) {
      copy.setParameters(new Object[] {message, members});
    }
    if (traced) {
      copy.setThrown(Failures.escaped(record.getThrown()));
    }
    copy.setSourceClassName(record.getSourceClassName());
    copy.setSourceMethodName(record.getSourceMethodName());
    copy.setLoggerName(
        record.getLoggerName() == null ? record.getSourceClassName() : record.getLoggerName());
    copy.setInstant(record.getInstant());
    copy.setLongThreadID(record.getLongThreadID());
    copy.setSequenceNumber(record.getSequenceNumber());
    return copy;
  }

  /** The parameters that a JSON formatter writes as members of the line. */
  private static Map<?, ?> members(Object[] parameters) {
    return parameters != null
            && parameters.length > 0
            && parameters[parameters.length - 1] instanceof Map<?, ?> members
        ? members
        : null;
  }

  @Override
  public void flush() {
    guarded.forEach(Handler::flush);
  }

  @Override
  public void close() {
    guarded.forEach(Handler::close);
  }

  /** Some of the server's messages have a stack trace in their text. */
  private static String withoutTrace(String message) {
    int trace = message == null ? -1 : message.indexOf("\n\tat ");
    return trace < 0 ? message : message.substring(0, trace);
  }
}
