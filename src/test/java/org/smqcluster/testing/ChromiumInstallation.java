package org.smqcluster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds a Chromium on this machine, and gets one where there is none: Playwright's own build, or
 * Debian's package.
 */
final class ChromiumInstallation {

  private ChromiumInstallation() {}

  /**
   * The browser's program.
   *
   * @throws IllegalStateException if there is none and none can be installed; the message has the
   *     line to type
   */
  static Path findOrInstall() {
    return find()
        .or(ChromiumInstallation::installByPlaywright)
        .or(ChromiumInstallation::installByDebian)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No Chromium was found and none could be installed. Type: "
                        + "sudo apt-get update && sudo apt-get install -y chromium"));
  }

  private static Optional<Path> find() {
    return onPath().or(ChromiumInstallation::ofPlaywright);
  }

  private static Optional<Path> onPath() {
    return DebianProgram.find(
        "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
  }

  /** Playwright keeps its browsers below the user's cache, one directory a version. */
  private static Optional<Path> ofPlaywright() {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "ms-playwright");
    if (!Files.isDirectory(cache)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(cache, 3)) {
      return files
          .filter(file -> file.getFileName().toString().equals("chrome"))
          .filter(Files::isExecutable)
          .filter(Files::isRegularFile)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> installByPlaywright() {
    runPlaywright("install", "chromium");
    Optional<Path> installed = ofPlaywright();
    if (installed.isPresent() && System.getProperty("user.name").equals("root")) {
      runPlaywright("install-deps", "chromium");
    }
    return installed;
  }

  private static void runPlaywright(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("com.microsoft.playwright.CLI");
    command.addAll(List.of(arguments));
    DebianProgram.run(command);
  }

  private static Optional<Path> installByDebian() {
    DebianProgram.install("chromium");
    return onPath();
  }
}
