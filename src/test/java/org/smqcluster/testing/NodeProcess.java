package org.smqcluster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.smqcluster.launcher.ChildProcesses;
import org.smqcluster.launcher.LogForm;
import org.smqcluster.launcher.NodeCommand;
import org.smqcluster.launcher.PayaraRuntime;
import org.smqcluster.protocol.AddressText;

/**
 * A node under test: a Payara Micro process of its own with the WAR, on free ports of 127.0.0.1
 * unless another address is asked for.
 *
 * <p>A node keeps its ports when it is started again. It ends with this JVM at the latest. Not
 * thread-safe.
 */
public final class NodeProcess implements AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(300);
  private static final String DEPLOYMENT_FAILED = "Exception while loading the app";
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);
  private static final int LOG_LINES_IN_FAILURE = 60;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private NodeCommand command;
  private final List<String> launcher;
  private final Path directory;
  private Process process;
  private int logBefore;

  private NodeProcess(NodeCommand command, List<String> launcher, Path directory) {
    this.command = command;
    this.launcher = launcher;
    this.directory = directory;
  }

  /** Begins the description of a node; it has free ports and no other members. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** What may be said about a node before it is started. */
  public static final class Builder {

    private final String name;
    private final List<String> members = new ArrayList<>();
    private final List<Integer> memberPorts = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private LogForm log = LogForm.TEXT;
    private final List<String> bootCommands = new ArrayList<>();
    private List<String> launcher = List.of();
    private Path war;
    private String address = "127.0.0.1";
    private Path directory;
    private int httpPort = FreePorts.next();
    private int devicePort = FreePorts.next();
    private int clusterPort = FreePorts.next();

    private Builder(String name) {
      this.name = name;
      this.directory = testDirectory().resolve(name + "-" + httpPort);
      // Tests start many nodes and run each for seconds: the second compiler would cost more
      // start-up time than it saves.
      jvmOptions.add("-XX:TieredStopAtLevel=1");
    }

    /** The node's name. */
    public String name() {
      return name;
    }

    /** Where clients reach the node. */
    public Builder address(String ipAddress) {
      address = ipAddress;
      return this;
    }

    /**
     * What the node's command is an argument of, for example {@code ip netns exec}. It must become
     * the node's process, not start another.
     */
    public Builder launcher(String... commandAndArguments) {
      launcher = List.of(commandAndArguments);
      return this;
    }

    /** The port of HTTP and WebSocket. */
    public Builder httpPort(int port) {
      httpPort = port;
      return this;
    }

    /** The port of the raw transport. */
    public Builder devicePort(int port) {
      devicePort = port;
      return this;
    }

    /** The port for the other nodes. */
    public Builder clusterPort(int port) {
      clusterPort = port;
      return this;
    }

    /** {@code host:port} of all nodes that may be in the cluster, this one's too. */
    public Builder members(List<String> hostPorts) {
      members.clear();
      members.addAll(hostPorts);
      return this;
    }

    /** The cluster ports of all nodes, this one's too, if they have one address. */
    Builder memberPorts(List<Integer> ports) {
      memberPorts.clear();
      memberPorts.addAll(ports);
      return this;
    }

    /** A system property of the node, for example a {@code smq.} setting. */
    public Builder property(String key, String value) {
      properties.put(key, value);
      return this;
    }

    /** System properties of the node. */
    public Builder properties(Map<String, String> more) {
      properties.putAll(more);
      return this;
    }

    /** An option of the node's JVM; a later one overrides an earlier one. */
    public Builder jvmOption(String option) {
      jvmOptions.add(option);
      return this;
    }

    /**
     * Adds HTTPS on this port.
     *
     * @param keyStore PKCS #12, with the password changeit
     * @param alias the key's name in it
     */
    public Builder https(int port, Path keyStore, String alias) {
      String config = "set configs.config.server-config.network-config.";
      String listener = config + "network-listeners.network-listener.https-listener.";
      bootCommands.addAll(
          List.of(
              listener + "enabled=true",
              listener + "port=" + port,
              listener + "address=127.0.0.1",
              config + "protocols.protocol.https-listener.ssl.cert-nickname=" + alias));
      property("javax.net.ssl.keyStore", keyStore.toString());
      return property("javax.net.ssl.keyStorePassword", "changeit");
    }

    /** Lets the JVM compile as it does in production: for tests that measure. */
    public Builder fullSpeed() {
      jvmOptions.remove("-XX:TieredStopAtLevel=1");
      return this;
    }

    /** In which form the node logs. */
    public Builder log(LogForm form) {
      log = form;
      return this;
    }

    /** The WAR to deploy, if not the one of this build. */
    public Builder war(Path file) {
      war = file;
      return this;
    }

    /** Where the node keeps its files and its log. */
    public Builder directory(Path nodeDirectory) {
      directory = nodeDirectory;
      return this;
    }

    /** Starts the process; use {@link NodeProcess#awaitReady()} to wait for the node. */
    public NodeProcess start() {
      List<Integer> ports = memberPorts.isEmpty() ? List.of(clusterPort) : memberPorts;
      List<String> group =
          properties.containsKey("smq.cluster.dns")
              ? List.of()
              : members.isEmpty()
                  ? ports.stream().map(port -> AddressText.withPort(address, port)).toList()
                  : members;
      NodeCommand command =
          new NodeCommand(
              files(log, bootFile()),
              name,
              address,
              httpPort,
              devicePort,
              clusterPort,
              group,
              jvmOptions,
              properties,
              0);
      NodeProcess node = new NodeProcess(command, launcher, directory);
      if (war != null) {
        node.deploy(war);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(node::close));
      node.start();
      return node;
    }

    /** The boot commands of every node, and those of this one. */
    private Path bootFile() {
      Path usual = NodeCommand.Files.ofProject(Path.of(""), log).bootCommands();
      if (bootCommands.isEmpty()) {
        return usual;
      }
      try {
        Files.createDirectories(directory);
        List<String> all = new ArrayList<>(Files.readAllLines(usual));
        all.addAll(bootCommands);
        return Files.write(directory.resolve("boot.asadmin"), all);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** From its next start on the node runs this WAR. */
  public void deploy(Path war) {
    command =
        new NodeCommand(
            files(command.files(), war, command.files().bootCommands()),
            command.name(),
            command.address(),
            command.httpPort(),
            command.devicePort(),
            command.clusterPort(),
            command.members(),
            command.jvmOptions(),
            command.properties(),
            command.gridPort());
  }

  /** Starts the node again after its end, in the same way and on the same ports. */
  public void start() {
    if (isAlive()) {
      throw new IllegalStateException(name() + " is running");
    }
    try {
      Files.createDirectories(directory);
      logBefore = Files.exists(log()) ? Files.readString(log()).length() : 0;
      PayaraRuntime.unpack(command.files(), System.out);
      Path home = directory.resolve("payara");
      prepare(command.files().payara(), home);
      List<String> line = new ArrayList<>(launcher);
      line.addAll(command.command(home));
      process = ChildProcesses.start(line, log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits until the node has joined and serves clients.
   *
   * @throws AssertionError if it ends before or takes too long; with the end of its log
   */
  public NodeProcess awaitReady() {
    try {
      Await.until(
          name() + " to be ready",
          READY_WITHIN,
          () -> hasFailed() || status("/health/ready") == 200);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + endOfLog(), e);
    }
    if (hasFailed()) {
      String how = isAlive() ? "cannot be deployed" : "ended with status " + process.exitValue();
      throw new AssertionError(name() + " " + how + "\n" + endOfLog());
    }
    return this;
  }

  /** Ends the node at once, as a power cut does (SIGKILL). Returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(STOPPED_WITHIN);
  }

  /** Asks the node to end (SIGTERM), and waits until it has. */
  public void stop() {
    process.destroy();
    awaitEnd(STOPPED_WITHIN);
  }

  /** Asks the node to end (SIGTERM), without waiting. */
  public void requestStop() {
    process.destroy();
  }

  /** Stops the node's clock: it keeps its connections and does nothing (SIGSTOP). */
  public void freeze() {
    signal("STOP");
  }

  /** Lets a frozen node go on (SIGCONT). */
  public void thaw() {
    signal("CONT");
  }

  /** Waits for the end of the process. */
  public void awaitEnd(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            name() + " has not ended after " + atMost.toSeconds() + " s\n" + endOfLog());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills the node if it runs. */
  @Override
  public void close() {
    if (isAlive()) {
      process.destroyForcibly();
    }
  }

  /** Whether the process runs, also while it is frozen. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The status that the process has ended with. */
  public int exitStatus() {
    return process.exitValue();
  }

  /** The node's name. */
  public String name() {
    return command.name();
  }

  /** The id of the process. */
  public long pid() {
    return process.pid();
  }

  /** The port of HTTP and WebSocket. */
  public int httpPort() {
    return command.httpPort();
  }

  /** The port of the raw transport. */
  public int devicePort() {
    return command.devicePort();
  }

  /** The port for the other nodes. */
  public int clusterPort() {
    return command.clusterPort();
  }

  /** The address of a page or resource, for example {@code http("/api/devices")}. */
  public URI http(String path) {
    return URI.create(command.httpUrl() + path);
  }

  /** The address of the WebSocket transport. */
  public URI webSocket() {
    return URI.create(command.httpUrl().replaceFirst("http", "ws") + "/smq.lsp");
  }

  /** The address of the raw transport. */
  public URI device() {
    return URI.create(command.deviceUrl());
  }

  /** The body of a successful GET. */
  public String get(String path) {
    HttpResponse<String> response = send(request(path));
    if (response.statusCode() != 200) {
      throw new AssertionError(
          "GET " + http(path) + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** The status of a GET. */
  public int status(String path) {
    return send(request(path)).statusCode();
  }

  /** Begins a request, a GET so far, that may take 20 seconds. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(http(path)).timeout(Duration.ofSeconds(20));
  }

  /** Sends a request. */
  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What the node's JVM answers to a diagnostic command, for example {@code GC.run}. */
  public String jcmd(String commandLine) {
    return JvmContents.jcmd(pid(), commandLine);
  }

  /** The file that has all that the node prints, over all its starts. */
  public Path log() {
    return directory.resolve("node.log");
  }

  /** Payara Micro lives on after a deployment that failed. */
  private boolean hasFailed() {
    try {
      return !isAlive() || Files.readString(log()).substring(logBefore).contains(DEPLOYMENT_FAILED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log());
      int from = Math.max(0, lines.size() - LOG_LINES_IN_FAILURE);
      return "-- end of " + log() + "\n" + String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "-- no log: " + e;
    }
  }

  private void signal(String signal) {
    try {
      int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + signal + " " + pid() + ": status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The same files, but for the WAR and the boot commands. */
  private static NodeCommand.Files files(NodeCommand.Files of, Path war, Path bootCommands) {
    return new NodeCommand.Files(
        of.java(),
        of.payaraMicro(),
        of.payara(),
        war,
        of.jvmOptions(),
        bootCommands,
        of.logging(),
        of.classArchive());
  }

  /** A fresh home with its own configuration, without what all nodes share. */
  private static void prepare(Path payara, Path home) throws IOException, InterruptedException {
    String copy =
        "rm -rf \"$1\" && mkdir \"$1\" && cd \"$0\""
            + " && tar -cf - --exclude ./%s --exclude ./%s . | tar -xf - -C \"$1\""
                .formatted(NodeCommand.Files.LIBRARIES, NodeCommand.Files.LAUNCHER);
    Process copying =
        new ProcessBuilder("sh", "-c", copy, payara.toString(), home.toAbsolutePath().toString())
            .inheritIO()
            .start();
    if (copying.waitFor() != 0) {
      throw new IOException("cannot copy " + payara + " to " + home);
    }
  }

  private static NodeCommand.Files files(LogForm log, Path bootFile) {
    NodeCommand.Files project = NodeCommand.Files.ofProject(Path.of(""), log);
    NodeCommand.Files files = files(project, project.war(), bootFile);
    for (Path needed : List.of(files.payaraMicro(), files.war())) {
      if (!Files.exists(needed)) {
        throw new IllegalStateException(needed + " is missing: run mvn package -DskipTests first");
      }
    }
    return files;
  }

  private static Path testDirectory() {
    return Path.of("target", "it").toAbsolutePath();
  }
}
