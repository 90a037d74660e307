package org.smqcluster.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.launcher.ChildProcesses;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;

/**
 * A process of another broker with default settings, on free ports of 127.0.0.1.
 *
 * @param ports where it speaks a protocol
 */
record OtherBroker(String name, Process process, Map<Protocol, Integer> ports)
    implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(10);

  /** Starts those that are installed. They end with this process, however that ends. */
  static List<OtherBroker> startInstalled() throws IOException, InterruptedException {
    Files.createDirectories(BenchOptions.DIRECTORY);
    int port = FreePorts.next();
    int webSocketPort = FreePorts.next();
    List<OtherBroker> brokers = new ArrayList<>();
    // started by root, it would become another user, and be told no more that its parent is gone
    start(
            "Mosquitto",
            "mosquitto",
            """
            listener %d 127.0.0.1
            listener %d 127.0.0.1
            protocol websockets
            allow_anonymous true
            user root
            """
                .formatted(port, webSocketPort),
            List.of("-c"),
            Map.of(Protocol.MQTT, port, Protocol.MQTT_WEB_SOCKET, webSocketPort))
        .ifPresent(brokers::add);
    port = FreePorts.next();
    webSocketPort = FreePorts.next();
    start(
            "NATS",
            "nats-server",
            """
            listen: "127.0.0.1:%d"
            websocket { listen: "127.0.0.1:%d", no_tls: true }
            """
                .formatted(port, webSocketPort),
            List.of("-c"),
            Map.of(Protocol.NATS, port, Protocol.NATS_WEB_SOCKET, webSocketPort))
        .ifPresent(brokers::add);
    port = FreePorts.next();
    start(
            "Redis",
            "redis-server",
            """
            bind 127.0.0.1
            port %d
            save ""
            """
                .formatted(port),
            List.of(),
            Map.of(Protocol.REDIS, port))
        .ifPresent(brokers::add);
    return brokers;
  }

  /** Empty if the program is not installed. */
  private static Optional<OtherBroker> start(
      String name,
      String program,
      String settings,
      List<String> beforeFile,
      Map<Protocol, Integer> ports)
      throws IOException, InterruptedException {
    Optional<Path> found =
        Stream.concat(
                Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
            .map(directory -> Path.of(directory, program))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Path file = BenchOptions.DIRECTORY.resolve(program + ".conf").toAbsolutePath();
    Files.writeString(file, settings);
    List<String> command = new ArrayList<>(List.of(found.get().toString()));
    command.addAll(beforeFile);
    command.add(file.toString());
    Process process =
        ChildProcesses.start(command, BenchOptions.DIRECTORY.resolve(program + ".log"));
    OtherBroker broker = new OtherBroker(name, process, ports);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
    Await.until(
        name + " to listen", START, () -> ports.values().stream().allMatch(OtherBroker::listens));
    return Optional.of(broker);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
