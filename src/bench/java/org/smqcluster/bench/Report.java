package org.smqcluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of {@code performance.md} that a run of the benchmarks writes. */
final class Report {

  private static final Path FILE = Path.of("src", "docs", "performance.md");
  private static final String BEGIN = "<!-- measured: begin -->\n";
  private static final String END = "<!-- measured: end -->\n";

  private Report() {}

  /** Puts this text in the place of what the last run wrote. */
  static void write(String text) throws IOException {
    String document = Files.readString(FILE);
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(FILE + " has no place for figures");
    }
    Files.writeString(
        FILE,
        document.substring(0, begin + BEGIN.length())
            + "\n"
            + text.strip()
            + "\n\n"
            + document.substring(end));
  }
}
