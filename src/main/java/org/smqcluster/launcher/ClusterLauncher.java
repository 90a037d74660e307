package org.smqcluster.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs a cluster on this machine in the foreground, nodes and simulated devices, until it is told
 * to end: what {@code mvn -Pcluster} starts. All that it started ends with it.
 */
public final class ClusterLauncher {

  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);
  private static final Duration DEVICES_WITHIN = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 200;
  private static final int LOG_LINES = 25;

  private final AdminPassword administrator = AdminPassword.random();

  /** The demonstration's topic whose last message each new subscriber gets. */
  private static final String TEMPERATURES = "/m2m/temp";

  private final ClusterOptions options;
  private final NodeCommand.Files files;
  private final Path directory;
  private final List<LocalNode> nodes;
  private final SimulatedDevices devices;
  private final PrintStream out;
  private volatile boolean stopping;

  private ClusterLauncher(ClusterOptions options, Path project, PrintStream out) {
    this.options = options;
    this.files = NodeCommand.Files.ofProject(project, options.log());
    this.directory = files.war().resolveSibling("cluster");
    Map<String, String> settings = new HashMap<>(administrator.settings());
    settings.put("smq.last.value", TEMPERATURES);
    this.nodes =
        options.commands(files, settings).stream()
            .map(command -> new LocalNode(command, directory))
            .toList();
    this.devices =
        new SimulatedDevices(files.java(), files.war().resolveSibling("smq-client.jar"), directory);
    this.out = out;
  }

  /**
   * Starts the cluster and stays until the process is told to end.
   *
   * @param args the project's directory, then what {@link ClusterOptions#parse} takes
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    ClusterLauncher launcher;
    try {
      launcher =
          new ClusterLauncher(
              ClusterOptions.parse(List.of(args).subList(1, args.length).toArray(String[]::new)),
              Path.of(args[0]),
              System.out);
      launcher.refuseTakenPorts();
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("\nThe cluster cannot be started: " + e.getMessage() + "\n");
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(launcher::stop, "stop-cluster"));
    if (!launcher.start()) {
      System.exit(1);
    }
    launcher.watch();
  }

  private void refuseTakenPorts() {
    List<String> taken = new ArrayList<>();
    for (LocalNode node : nodes) {
      NodeCommand command = node.command();
      noteIfTaken(taken, command.httpPort(), node.name() + ", HTTP, -Dhttp.port");
      noteIfTaken(taken, command.devicePort(), node.name() + ", devices, -Ddevice.port");
      noteIfTaken(taken, command.clusterPort(), node.name() + ", cluster, -Dcluster.port");
    }
    if (!taken.isEmpty()) {
      throw new IllegalStateException("these ports are in use: " + String.join("; ", taken));
    }
  }

  private void noteIfTaken(List<String> taken, int port, String use) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(options.address(), port));
    } catch (IOException e) {
      taken.add(port + " (" + use + ")");
    }
  }

  /** Starts all side by side; returns whether at least one node is ready. */
  private boolean start() throws IOException, InterruptedException {
    Files.createDirectories(directory);
    PayaraRuntime.unpack(files, out);
    long begin = System.nanoTime();
    for (LocalNode node : nodes) {
      Files.deleteIfExists(node.log());
      node.writeScript();
      node.start();
      out.println("Starting " + node.name() + " (process " + node.pid() + ", " + node.log() + ")");
    }
    Set<LocalNode> waiting = new HashSet<>(nodes);
    List<LocalNode> ready = new ArrayList<>();
    while (!waiting.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      for (LocalNode node : List.copyOf(waiting)) {
        if (!node.isAlive()) {
          waiting.remove(node);
          sayEnded(node);
          node.endOfLog(LOG_LINES).forEach(line -> out.println("  " + line));
        } else if (node.isReady()) {
          waiting.remove(node);
          ready.add(node);
          out.println(node.name() + " is ready after " + secondsSince(begin) + " s");
        } else if (node.deploymentFailed()) {
          out.println(node.name() + " cannot start; what it says is in " + node.log());
          node.requestStop();
        }
      }
    }
    if (ready.isEmpty()) {
      return false;
    }
    ready.sort(Comparator.comparing(nodes::indexOf));
    startDevices(ready.get(0));
    sayReady(ready, secondsSince(begin));
    return true;
  }

  /** Starts the devices and waits, for a while, until the cluster knows them. */
  private void startDevices(LocalNode ready) throws IOException, InterruptedException {
    devices.start(
        options.devices(),
        nodes.stream().map(node -> node.command().deviceUrl()).toList(),
        device -> say(device + " has ended"));
    long end = System.nanoTime() + DEVICES_WITHIN.toNanos();
    while (ready.devicesOnline() < options.devices()) {
      if (System.nanoTime() - end > 0) {
        out.println("Not all devices are connected yet; their logs are in " + directory);
        return;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** Reports processes that end or were started again, until this process ends. */
  private void watch() throws InterruptedException {
    Set<LocalNode> alive = new HashSet<>(nodes);
    alive.removeIf(node -> !node.isAlive());
    while (true) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      for (LocalNode node : nodes) {
        if (!node.isAlive() && alive.remove(node)) {
          sayEnded(node);
        }
        if (node.adopt()) {
          alive.add(node);
          out.println(node.name() + " was started again (process " + node.pid() + ")");
        }
      }
    }
  }

  private void sayEnded(LocalNode node) {
    say(
        "%s (process %d) has ended; the others go on. Start it again: %s"
            .formatted(node.name(), node.pid(), node.script()));
  }

  /** Says that something has ended, unless all is to end. */
  private void say(String ended) {
    if (!stopping) {
      out.println(ended);
    }
  }

  private void sayReady(List<LocalNode> ready, String seconds) {
    out.println();
    out.println(
        "The cluster is ready after %s s: %d nodes, %d simulated devices. Ctrl-C ends it."
            .formatted(seconds, ready.size(), options.devices()));
    for (LocalNode node : ready) {
      NodeCommand command = node.command();
      out.println(
          "  %-7s %s/   LED page %s/led/   devices %s"
              .formatted(node.name(), command.httpUrl(), command.httpUrl(), command.deviceUrl()));
    }
    LocalNode first = ready.get(0);
    out.println(
        "  Administration:    %s/admin/   user %s, password %s (for this run)"
            .formatted(first.command().httpUrl(), AdminPassword.USER, administrator.password()));
    out.println("  Stop a node hard:  kill -9 $(cat " + first.pidFile() + ")");
    out.println("  Start it again:    " + first.script() + " &");
    out.println();
  }

  private static String secondsSince(long begin) {
    return Long.toString(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
  }

  /** Runs in the shutdown hook: asks all to end, and ends what does not. */
  private void stop() {
    stopping = true;
    devices.stop();
    nodes.forEach(LocalNode::adopt);
    nodes.forEach(LocalNode::requestStop);
    long end = System.nanoTime() + STOPPED_WITHIN.toNanos();
    try {
      while (nodes.stream().anyMatch(LocalNode::isAlive) && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS / 4);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    nodes.forEach(LocalNode::kill);
  }
}
