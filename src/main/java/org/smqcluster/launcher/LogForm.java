package org.smqcluster.launcher;

/** The form of a node's log. */
public enum LogForm {
  /** Lines for people. */
  TEXT("logging.properties"),
  /** One JSON object an event. */
  JSON("logging-json.properties");

  private final String file;

  LogForm(String file) {
    this.file = file;
  }

  /** The file in {@code server-config/node} that says so. */
  String file() {
    return file;
  }

  /**
   * @throws IllegalArgumentException if it is neither; the message is for people
   */
  static LogForm parse(String text) {
    return switch (text) {
      case "text" -> TEXT;
      case "json" -> JSON;
      default -> throw new IllegalArgumentException("-Dlog=" + text + ": text or json");
    };
  }
}
