package org.smqcluster.testing;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tools from the npm registry in the versions of {@code src/test/openapi/package.json}, below
 * {@code target}. They run in the Node that Playwright brings along; npm installs them, once.
 */
public final class NpmTools {

  /** Where they are; what they make goes here, too. */
  public static final Path DIRECTORY = Path.of("target", "openapi").toAbsolutePath();

  private static final Path SOURCES = Path.of("src", "test", "openapi");
  private static final long PATIENCE_SECONDS = 300;

  private NpmTools() {}

  /** Installs what is missing. */
  public static synchronized void install() throws IOException, InterruptedException {
    Path wanted = SOURCES.resolve("package.json");
    Path installed = DIRECTORY.resolve("installed.json");
    if (Files.exists(installed) && Files.mismatch(wanted, installed) < 0) {
      return;
    }
    Path npm =
        DebianProgram.findOrInstall("npm", "npm")
            .orElseThrow(() -> new IllegalStateException("install npm: it is not on the path"));
    Files.createDirectories(DIRECTORY);
    copy("package.json");
    run(
        List.of(
            npm.toString(),
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            DIRECTORY.toString()));
    Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Runs a program of an installed package; returns what it prints, and fails if it fails. */
  public static String run(String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(
        Driver.ensureDriverInstalled(Map.of(), false).driverDir().resolve("node").toString());
    command.add(DIRECTORY.resolve(script).toString());
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(DIRECTORY, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(DIRECTORY.toFile())
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
  public static Path copy(String name) throws IOException {
    return Files.copy(
        SOURCES.resolve(name), DIRECTORY.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
