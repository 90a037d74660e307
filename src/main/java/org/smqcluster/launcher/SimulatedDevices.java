package org.smqcluster.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** LED devices that are programs: each a process of the Java client, with a log of its own. */
final class SimulatedDevices {

  private final Path java;
  private final Path clientJar;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();

  SimulatedDevices(Path java, Path clientJar, Path directory) {
    this.java = java;
    this.clientJar = clientJar;
    this.directory = directory;
  }

  /**
   * Starts {@code count} devices, spread over the nodes.
   *
   * @param urls of the nodes' device ports; a device tries them in turn
   * @param ended told of each that ends, as "device1 (status 1)", on a thread of the JDK
   */
  void start(int count, List<String> urls, Consumer<String> ended)
      throws IOException, InterruptedException {
    for (int k = 1; k <= count; k++) {
      String name = "device" + k;
      List<String> turns = new ArrayList<>(urls);
      Collections.rotate(turns, -(k - 1));
      Process process =
          ChildProcesses.start(
              List.of(
                  java.toString(),
                  "-Xmx32m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  clientJar.toString(),
                  "led",
                  "--url",
                  String.join(",", turns),
                  "--name",
                  "Device " + k),
              directory.resolve(name + ".log"));
      Files.writeString(directory.resolve(name + ".pid"), process.pid() + "\n");
      processes.add(process);
      process
          .onExit()
          .thenAccept(over -> ended.accept(name + " (status " + over.exitValue() + ")"));
    }
  }

  void stop() {
    processes.forEach(Process::destroy);
  }
}
