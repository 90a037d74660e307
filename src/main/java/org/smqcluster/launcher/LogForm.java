package org.smqcluster.launcher;

import java.util.Arrays;

/** The form of a node's log. */
public enum LogForm {
  /** Lines for people. */
  TEXT("text", "logging.properties"),
  /** One JSON object an event. */
  JSON("json", "logging-json.properties");

  private final String form;
  private final String file;

  LogForm(String form, String file) {
    this.form = form;
    this.file = file;
  }

  /** The file in {@code server-config/node} that says so. */
  String file() {
    return file;
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it is neither; the message is for people
   */
  static LogForm parse(String text) {
    return Arrays.stream(values())
        .filter(each -> each.form.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("-Dlog=" + text + ": text or json"));
  }
}
