package org.smqcluster.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.launcher.ChildProcesses;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;

/** A Mosquitto process with default settings, if the machine has the program. */
final class Mosquitto implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(10);

  private final Process process;
  private final int port;
  private final int webSocketPort;

  private Mosquitto(Process process, int port, int webSocketPort) {
    this.process = process;
    this.port = port;
    this.webSocketPort = webSocketPort;
  }

  /**
   * Starts it on free ports of this machine; empty if it is not installed. It ends with this
   * process, however that ends.
   */
  static Optional<Mosquitto> start() throws IOException, InterruptedException {
    Optional<Path> program =
        Stream.concat(
                Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
            .map(directory -> Path.of(directory, "mosquitto"))
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    int port = FreePorts.next();
    int webSocketPort = FreePorts.next();
    Path directory = Files.createDirectories(BenchOptions.DIRECTORY);
    Path configuration = directory.resolve("mosquitto.conf");
    // started by root, it would become another user, and be told no more that its parent is gone
    Files.writeString(
        configuration,
        """
        listener %d 127.0.0.1
        listener %d 127.0.0.1
        protocol websockets
        allow_anonymous true
        user root
        """
            .formatted(port, webSocketPort));
    Process process =
        ChildProcesses.start(
            List.of(program.get().toString(), "-c", configuration.toString()),
            directory.resolve("mosquitto.log"));
    Mosquitto broker = new Mosquitto(process, port, webSocketPort);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
    Await.until("Mosquitto to listen", START, () -> listens(port) && listens(webSocketPort));
    return Optional.of(broker);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Where it speaks a protocol, one of MQTT's. */
  int port(Protocol protocol) {
    return protocol == Protocol.MQTT ? port : webSocketPort;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
