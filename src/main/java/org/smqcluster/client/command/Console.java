package org.smqcluster.client.command;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.regex.Pattern;

/** What a command reads from and writes to; {@code err} takes what is not its result. */
public record Console(InputStream in, PrintStream out, PrintStream err) {

  /** What steers a terminal, or changes the order of its text. */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\u202a-\\u202e\\u2066-\\u2069]");

  /**
   * Writes one line of progress or failure, whole even if several threads write; what the server
   * said may be in it.
   */
  void note(String line) {
    err.println(plain(line));
  }

  /** As {@link #note}, for a line that is the command's result. */
  void print(String line) {
    out.println(plain(line));
  }

  private static String plain(String line) {
    return UNSAFE.matcher(line).replaceAll("?");
  }
}
