package org.smqcluster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Packages from the npm registry, in the versions of a {@code package.json} of ours. They are kept
 * below {@code target}, where copies of our own files use them, and run in the Node that Playwright
 * brings along.
 *
 * @param sources the folder with {@code package.json}
 * @param directory where they are; what they make goes here, too
 */
public record NpmTools(Path sources, Path directory) {

  private static final long PATIENCE_SECONDS = 300;

  /**
   * Those of {@code src/test/FOLDER}, in {@code target/FOLDER}; all that is missing is installed.
   */
  public static synchronized NpmTools install(String folder)
      throws IOException, InterruptedException {
    NpmTools tools =
        new NpmTools(Path.of("src", "test", folder), Path.of("target", folder).toAbsolutePath());
    tools.install();
    return tools;
  }

  private void install() throws IOException, InterruptedException {
    Path wanted = sources.resolve("package.json");
    Path installed = directory.resolve("installed.json");
    if (Files.exists(installed) && Files.mismatch(wanted, installed) < 0) {
      return;
    }
    Path npm =
        DebianProgram.findOrInstall("npm", "npm")
            .orElseThrow(() -> new IllegalStateException("install npm: it is not on the path"));
    Files.createDirectories(directory);
    copy("package.json");
    run(
        List.of(
            npm.toString(),
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            directory.toString()));
    Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Runs a program of an installed package; returns what it prints, and fails if it fails. */
  public String run(String script, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(NodeJs.program().toString());
    command.add(directory.resolve(script).toString());
    command.addAll(List.of(arguments));
    return run(command);
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + Files.readString(output));
      }
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  /** A copy of a source file of ours, where the packages are found. */
  public Path copy(String name) throws IOException {
    return Files.copy(
        sources.resolve(name), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
