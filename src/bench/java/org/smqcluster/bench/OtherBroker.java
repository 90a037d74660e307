package org.smqcluster.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
  private static final int STARTS = 3;
  private static final long SURE_MILLIS = 500;

  /**
   * A broker that may be installed.
   *
   * @param beforeFile arguments in front of the name of the file with the settings
   * @param settings with a place for the port of each protocol
   */
  private record Kind(
      String name,
      String program,
      List<String> beforeFile,
      List<Protocol> protocols,
      String settings) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "Mosquitto",
              "mosquitto",
              List.of("-c"),
              List.of(Protocol.MQTT, Protocol.MQTT_WEB_SOCKET),
              // started by root, it would become another user, and be told no more that its parent
              // is gone
              """
              listener %d 127.0.0.1
              listener %d 127.0.0.1
              protocol websockets
              allow_anonymous true
              user root
              """),
          new Kind(
              "NATS",
              "nats-server",
              List.of("-c"),
              List.of(Protocol.NATS, Protocol.NATS_WEB_SOCKET),
              """
              listen: "127.0.0.1:%d"
              websocket { listen: "127.0.0.1:%d", no_tls: true }
              """),
          new Kind(
              "Redis",
              "redis-server",
              List.of(),
              List.of(Protocol.REDIS),
              """
              bind 127.0.0.1
              port %d
              save ""
              """));

  /** Starts those that are installed. They end with this process, however that ends. */
  static List<OtherBroker> startInstalled() throws IOException, InterruptedException {
    Files.createDirectories(BenchOptions.DIRECTORY);
    List<OtherBroker> brokers = new ArrayList<>();
    for (Kind kind : KINDS) {
      Optional<Path> program = find(kind.program());
      if (program.isPresent()) {
        brokers.add(start(kind, program.get()));
      }
    }
    return brokers;
  }

  private static Optional<Path> find(String program) {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** On other ports if another process was faster to take one of those that were free. */
  private static OtherBroker start(Kind kind, Path program)
      throws IOException, InterruptedException {
    Path log = BenchOptions.DIRECTORY.resolve(kind.program() + ".log");
    for (int attempt = 0; attempt < STARTS; attempt++) {
      Map<Protocol, Integer> ports = new EnumMap<>(Protocol.class);
      kind.protocols().forEach(protocol -> ports.put(protocol, FreePorts.next()));
      Path file = BenchOptions.DIRECTORY.resolve(kind.program() + ".conf").toAbsolutePath();
      Files.writeString(file, kind.settings().formatted(ports.values().toArray()));
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(kind.beforeFile());
      command.add(file.toString());
      Process process = ChildProcesses.start(command, log);
      OtherBroker broker = new OtherBroker(kind.name(), process, Map.copyOf(ports));
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
      Await.until(
          kind.name() + " to listen, or to end",
          START,
          () -> !process.isAlive() || ports.values().stream().allMatch(OtherBroker::listens));
      // what listens may be what was faster
      if (!process.waitFor(SURE_MILLIS, TimeUnit.MILLISECONDS)) {
        return broker;
      }
    }
    throw new IOException(kind.name() + " does not start: " + Files.readString(log));
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
