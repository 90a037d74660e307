package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.log.LogGuard;

/** What an operator learns of a file that was changed. */
class WatchedFileTest {

  @TempDir private Path directory;

  private final List<String> lines = new ArrayList<>();

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          lines.add(new SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @Test
  void eachChangeThatCannotBeUsedIsLoggedThoughThereIsOneAMinuteOfOtherLines() throws Exception {
    Path path = directory.resolve("users");
    Files.writeString(path, "good");
    WatchedFile<String> file = WatchedFile.open(List.of(path), () -> read(path));
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    LogGuard guard = LogGuard.install();
    try {
      for (String text : List.of("bad", "bad too", "bad again")) {
        Files.writeString(path, text);
        assertFalse(file.poll());
      }
    } finally {
      guard.uninstall();
      root.removeHandler(handler);
    }
    assertEquals("good", file.content());
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(2).contains("cannot be used"), lines.get(2));
    assertTrue(lines.get(2).contains("line 1: no user"), lines.get(2));
  }

  private static String read(Path path) throws IOException {
    String text = Files.readString(path);
    if (text.startsWith("bad")) {
      throw new IOException("line 1: no user");
    }
    return text;
  }
}
