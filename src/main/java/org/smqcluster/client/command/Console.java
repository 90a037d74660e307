package org.smqcluster.client.command;

import java.io.InputStream;
import java.io.PrintStream;

/** What a command reads from and writes to; {@code err} takes what is not its result. */
public record Console(InputStream in, PrintStream out, PrintStream err) {

  /** Writes one line of progress or failure, whole even if several threads write. */
  void note(String line) {
    err.println(line);
  }
}
