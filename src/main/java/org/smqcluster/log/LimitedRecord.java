package org.smqcluster.log;

import java.util.logging.Level;
import java.util.logging.LogRecord;

/** A record that {@link LogGuard} lets through: its own logger limits how many there are. */
public class LimitedRecord extends LogRecord {

  /**
   * Makes a record.
   *
   * @param logger the name of the logger
   * @param parameters of the message, as {@link java.text.MessageFormat} numbers them
   */
  public LimitedRecord(String logger, Level level, String message, Object... parameters) {
    super(level, message);
    setLoggerName(logger);
    setParameters(parameters);
  }
}
