package org.smqcluster.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A node of the cluster on this machine. It is run by a script of its own, {@code node<k>.sh},
 * which may also be started by hand; so the process may be one that this JVM did not start.
 */
final class LocalNode {

  /** What Payara logs when it cannot start an application; its process goes on. */
  private static final String DEPLOYMENT_FAILED = "Exception while loading the app";

  /** Number of devices, in the answer that has a page of them. */
  private static final Pattern TOTAL = Pattern.compile("\"total\":(\\d+)");

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final NodeCommand command;
  private final Path directory;
  private Optional<ProcessHandle> process = Optional.empty();

  /**
   * @param directory for the script, the log and the process id
   */
  LocalNode(NodeCommand command, Path directory) {
    this.command = command;
    this.directory = directory;
  }

  NodeCommand command() {
    return command;
  }

  String name() {
    return command.name();
  }

  Path script() {
    return directory.resolve(name() + ".sh");
  }

  Path log() {
    return directory.resolve(name() + ".log");
  }

  Path pidFile() {
    return directory.resolve(name() + ".pid");
  }

  void writeScript() throws IOException {
    String start =
        command.command(home()).stream()
            .map(LocalNode::quote)
            .collect(Collectors.joining(" \\\n  "));
    Files.writeString(
        script(),
        """
        #!/bin/sh
        # Starts %1$s, in the foreground, just as "mvn -Pcluster" does, which wrote this file.
        exec >> %2$s 2>&1 < /dev/null
        echo $$ > %3$s
        # A fresh home with its own configuration.
        rm -rf %4$s
        mkdir %4$s
        (cd %5$s && tar -cf - --exclude ./%6$s --exclude ./%7$s .) | tar -xf - -C %4$s
        exec %8$s
        """
            .formatted(
                name(),
                quote(log().toString()),
                quote(pidFile().toString()),
                quote(home().toString()),
                quote(command.files().payara().toString()),
                NodeCommand.Files.LIBRARIES,
                NodeCommand.Files.LAUNCHER,
                start));
    Files.setPosixFilePermissions(script(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  void start() throws IOException, InterruptedException {
    process =
        Optional.of(ChildProcesses.start(List.of("sh", script().toString()), log()).toHandle());
  }

  boolean isAlive() {
    return process.map(ProcessHandle::isAlive).orElse(false);
  }

  long pid() {
    return process.map(ProcessHandle::pid).orElse(-1L);
  }

  /**
   * Checks whether the node was started again with its script.
   *
   * @return whether this node, dead before, is alive now
   */
  boolean adopt() {
    Optional<ProcessHandle> other =
        readPid().filter(pid -> pid != pid()).flatMap(ProcessHandle::of).filter(this::isThisNode);
    if (isAlive() || other.isEmpty()) {
      return false;
    }
    process = other;
    return true;
  }

  /** Whether the node has joined and serves clients, as it says itself. */
  boolean isReady() throws InterruptedException {
    return get("/health/ready").isPresent();
  }

  /** How many devices the node knows to be connected, anywhere in the cluster. */
  int devicesOnline() throws InterruptedException {
    return get("/api/led/devices?online=true&limit=1").map(TOTAL::matcher).stream()
        .filter(Matcher::find)
        .mapToInt(total -> Integer.parseInt(total.group(1)))
        .sum();
  }

  /** The body of a successful answer. */
  private Optional<String> get(String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(command.httpUrl() + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return Optional.of(response)
          .filter(answer -> answer.statusCode() == 200)
          .map(HttpResponse::body);
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  /** Whether the server runs without the application, which could not be started. */
  boolean deploymentFailed() throws IOException {
    return Files.exists(log()) && Files.readString(log()).contains(DEPLOYMENT_FAILED);
  }

  /** Asks the node to end (SIGTERM). */
  void requestStop() {
    process.ifPresent(ProcessHandle::destroy);
  }

  /** Ends the node at once (SIGKILL). */
  void kill() {
    process.ifPresent(ProcessHandle::destroyForcibly);
  }

  List<String> endOfLog(int lines) throws IOException {
    List<String> all = Files.readAllLines(log());
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }

  private Optional<Long> readPid() {
    try {
      return Optional.of(Long.parseLong(Files.readString(pidFile()).strip()));
    } catch (IOException | NumberFormatException notThere) {
      return Optional.empty();
    }
  }

  /** A process id may have been given to another program since. */
  private boolean isThisNode(ProcessHandle handle) {
    String home = home().toString();
    return handle
        .info()
        .arguments()
        .map(arguments -> List.of(arguments).contains(home))
        .orElse(false);
  }

  private Path home() {
    return directory.resolve(name());
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
