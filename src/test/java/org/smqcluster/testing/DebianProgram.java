package org.smqcluster.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that tests need, and where they are missing, Debian's packages. */
public final class DebianProgram {

  private static final Path LOG = Path.of("target", "it", "install.log");
  private static final long INSTALL_MINUTES = 8;

  private DebianProgram() {}

  /**
   * A program of this machine. Where it is missing and this is a Debian and we are root, its
   * package is installed first.
   */
  public static Optional<Path> findOrInstall(String program, String debianPackage) {
    return find(program)
        .or(
            () -> {
              install(debianPackage);
              return find(program);
            });
  }

  /** The first of these programs that is on the path; administrators' directories count as well. */
  static Optional<Path> find(String... programs) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    List<String> directories = List.of((path + ":/usr/sbin:/sbin").split(File.pathSeparator));
    return Stream.of(programs)
        .flatMap(program -> directories.stream().map(directory -> Path.of(directory, program)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Installs a package if we are root; whether it did shows in what is there afterwards. */
  static void install(String debianPackage) {
    run(
        List.of(
            "sh",
            "-c",
            "test \"$(id -u)\" = 0 && apt-get update && apt-get install -y --no-install-recommends "
                + debianPackage));
  }

  /**
   * Runs an installer; whether it succeeded shows in what is there afterwards. What it prints goes
   * to a file, for the output of this JVM is the test runner's.
   */
  static void run(List<String> command) {
    System.out.println("Installing: " + String.join(" ", command) + ", log: " + LOG);
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
