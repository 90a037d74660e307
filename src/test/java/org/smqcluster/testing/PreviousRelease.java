package org.smqcluster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The WAR of the release before this one, built from its commit in this repository's history and
 * kept for the next build. It stands in mixed clusters for what users run.
 */
public final class PreviousRelease {

  /** The release before the formats between nodes had a version. See src/docs/CHANGES.md. */
  public static final String COMMIT = "d25c00cd648ca3d003df3ea44e9e968db5422ec6";

  private static final long MINUTES = 15;

  private PreviousRelease() {}

  /**
   * The WAR; builds it if no build has made it on this machine.
   *
   * @throws AssertionError if this clone lacks the commit, or it cannot be built
   */
  public static synchronized Path war() {
    Path kept = Path.of(System.getProperty("user.home"), ".cache", "smq-cluster", COMMIT + ".war");
    if (Files.exists(kept)) {
      return kept;
    }
    try {
      Path sources = Path.of("target", "previous-release").toAbsolutePath();
      Files.createDirectories(sources);
      run(
          Path.of("").toAbsolutePath(),
          "git archive " + COMMIT + " | tar -x -C '" + sources + "'",
          "The release before this one is commit "
              + COMMIT
              + ", which this clone has not: fetch the whole history (git fetch --unshallow)");
      run(
          sources,
          "mvn -B -q -Dmaven.test.skip=true package",
          "The release before this one cannot be built");
      Files.createDirectories(kept.getParent());
      Path made = Files.createTempFile(kept.getParent(), "made", ".war");
      Files.copy(sources.resolve("target/smq.war"), made, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path directory, String script, String failure) throws IOException {
    Path output = Files.createTempFile("previous-release", ".log");
    Process process =
        new ProcessBuilder(List.of("bash", "-e", "-o", "pipefail", "-c", script))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(failure + "\n" + Files.readString(output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
