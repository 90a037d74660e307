package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.ConfiguredFile;
import org.smqcluster.log.LogGuard;
import org.smqcluster.testing.NamedPipe;

/** What an operator learns of a file that was changed. */
class WatchedFileTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
    WatchedFile<String> file = WatchedFile.open("smq.any", List.of(path), () -> read(path));
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

  /** Reading a pipe waits for a writer, and a device may have no end. */
  @Test
  void whatIsNoFileIsRefusedWithTheReasonAndNeverWaitedFor() throws Exception {
    Path pipe = NamedPipe.make(directory.resolve("pipe"));
    Path large = directory.resolve("large");
    try (FileChannel sparse =
        FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.wrap(new byte[1]), ConfiguredFile.MAX_BYTES);
    }
    Map<Path, String> wrong =
        Map.of(
            pipe,
            "not a regular file",
            Path.of("/dev/zero"),
            "not a regular file",
            directory,
            "not a regular file",
            large,
            "more than 64 MiB",
            directory.resolve("missing"),
            "NoSuchFileException");
    for (Map.Entry<Path, String> each : wrong.entrySet()) {
      assertTimeoutPreemptively(
          PATIENCE,
          () -> {
            ConfigException refused =
                assertThrows(
                    ConfigException.class,
                    () ->
                        WatchedFile.open(
                            "smq.any", List.of(each.getKey()), () -> read(each.getKey())));
            String message = refused.getMessage();
            assertTrue(message.startsWith("smq.any: "), message);
            assertTrue(message.contains(each.getKey().toString()), message);
            assertTrue(message.contains(each.getValue()), message);
          });
    }
    Path path = Files.writeString(directory.resolve("users"), "good");
    WatchedFile<String> file = WatchedFile.open("smq.any", List.of(path), () -> read(path));
    Files.move(pipe, path, StandardCopyOption.REPLACE_EXISTING);
    assertTimeoutPreemptively(PATIENCE, () -> assertFalse(file.poll()));
    assertEquals("good", file.content());
  }

  private static String read(Path path) throws IOException {
    String text = Files.readString(path);
    if (text.startsWith("bad")) {
      throw new IOException("line 1: no user");
    }
    return text;
  }
}
