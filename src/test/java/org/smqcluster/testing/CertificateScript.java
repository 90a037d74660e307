package org.smqcluster.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes certificates as an operator does: by {@code server-config/tls/make-certificates}. */
public final class CertificateScript {

  private static final Path SCRIPT = Path.of("server-config/tls/make-certificates");

  private CertificateScript() {}

  /**
   * Runs it to its end.
   *
   * @param directory where the authority is, and everything it signs
   * @param arguments what to make, as the script says
   */
  public static void run(Path directory, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(SCRIPT.toAbsolutePath().toString());
    command.add(directory.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    builder.environment().merge("PATH", java, (path, ours) -> ours + ":" + path);
    try {
      Process process = builder.start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + " failed: " + printed);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(command + " failed", e);
    }
  }
}
