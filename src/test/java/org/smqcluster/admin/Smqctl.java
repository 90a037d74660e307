package org.smqcluster.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.smqcluster.testing.NodeProcess;

/** The cluster's command line, at one node. */
final class Smqctl {

  private static final Path SCRIPT = Path.of("server-config", "smqctl").toAbsolutePath();
  private static final int PATIENCE_SECONDS = 60;

  private final URI url;
  private final String password;

  Smqctl(NodeProcess node, String password) {
    this(node.http(""), password);
  }

  Smqctl(URI url, String password) {
    this.url = url;
    this.password = password;
  }

  /** Runs a command that must succeed; returns what it prints. */
  String run(String... command) throws IOException, InterruptedException {
    return run(0, "", command);
  }

  /**
   * Runs a command; returns what it prints, errors too.
   *
   * @param status the exit status that it must have
   * @param input what it reads
   */
  String run(int status, String input, String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("smqctl", ".txt");
    try {
      Process process = start(output, command);
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still running");
      String printed = Files.readString(output);
      assertEquals(status, process.exitValue(), String.join(" ", command) + ": " + printed);
      return printed;
    } finally {
      Files.delete(output);
    }
  }

  /** Starts a command that prints to a file. */
  Process start(Path output, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("bash", SCRIPT.toString()));
    all.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("SMQ_URL", url.toString());
    builder.environment().put("SMQ_PASSWORD", password);
    builder.environment().put("PATH", javaHome() + ":" + System.getenv("PATH"));
    return builder.start();
  }

  private static String javaHome() {
    return Path.of(System.getProperty("java.home"), "bin").toString();
  }
}
