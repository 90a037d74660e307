package org.smqcluster.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds a Chromium on this machine, and gets one where there is none: Playwright's own build, or
 * Debian's package.
 */
final class ChromiumInstallation {

  private static final List<String> PROGRAMS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
  private static final Path LOG = Path.of("target", "it", "chromium-install.log");
  private static final long INSTALL_MINUTES = 8;

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
    List<String> directories =
        List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator));
    return PROGRAMS.stream()
        .flatMap(program -> directories.stream().map(directory -> Path.of(directory, program)))
        .filter(Files::isExecutable)
        .findFirst();
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
    run(command);
  }

  private static Optional<Path> installByDebian() {
    run(
        List.of(
            "sh", "-c", "test \"$(id -u)\" = 0 && apt-get update && apt-get install -y chromium"));
    return onPath();
  }

  /**
   * Runs an installer; whether it succeeded shows in what is there afterwards. What it prints goes
   * to a file, for the output of this JVM is the test runner's.
   */
  private static void run(List<String> command) {
    System.out.println("Installing Chromium: " + command.get(0) + " ..., log: " + LOG);
    try {
      Files.createDirectories(LOG.getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
      builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
      builder.environment().remove("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD");
      Process process = builder.start();
      if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (IOException notOnThisMachine) {
      System.out.println(notOnThisMachine.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
