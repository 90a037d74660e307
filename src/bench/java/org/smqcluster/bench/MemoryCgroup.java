package org.smqcluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.smqcluster.testing.Await;

/**
 * A control group whose processes together have so much memory and no swap: of version 1 or 2, in
 * the usual place, where this user may make one.
 */
final class MemoryCgroup implements AutoCloseable {

  private static final Duration AWAIT = Duration.ofSeconds(30);
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String NAME = "smq-bench-" + ProcessHandle.current().pid();

  private final Path directory;
  private final String peakFile;

  private MemoryCgroup(Path directory, String peakFile) {
    this.directory = directory;
    this.peakFile = peakFile;
  }

  /** Makes one; empty where that cannot be. */
  static Optional<MemoryCgroup> create(long bytes) {
    Path first = ROOT.resolve("memory");
    try {
      if (Files.isDirectory(first)) {
        Path directory = Files.createDirectory(first.resolve(NAME));
        Files.writeString(directory.resolve("memory.limit_in_bytes"), String.valueOf(bytes));
        writeIfThere(directory.resolve("memory.memsw.limit_in_bytes"), String.valueOf(bytes));
        return Optional.of(new MemoryCgroup(directory, "memory.max_usage_in_bytes"));
      }
      writeIfThere(ROOT.resolve("cgroup.subtree_control"), "+memory");
      Path directory = Files.createDirectory(ROOT.resolve(NAME));
      Files.writeString(directory.resolve("memory.max"), String.valueOf(bytes));
      writeIfThere(directory.resolve("memory.swap.max"), "0");
      return Optional.of(new MemoryCgroup(directory, "memory.peak"));
    } catch (IOException notAllowed) {
      return Optional.empty();
    }
  }

  private static void writeIfThere(Path file, String text) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, text);
    }
  }

  /** What runs the command of which it becomes an argument inside the group. */
  String[] launcher() {
    return new String[] {
      "sh", "-c", "echo $$ > " + directory.resolve("cgroup.procs") + " && exec \"$@\"", "sh"
    };
  }

  /** The most that was used so far, files in the page cache too. */
  double peakMiB() throws IOException {
    return Long.parseLong(Files.readString(directory.resolve(peakFile)).strip()) / 1048576.0;
  }

  /** Removes the group when the last of its processes has ended. */
  @Override
  public void close() {
    Await.until("the processes of " + directory + " to end", AWAIT, this::remove);
  }

  private boolean remove() throws IOException {
    return Files.deleteIfExists(directory);
  }
}
