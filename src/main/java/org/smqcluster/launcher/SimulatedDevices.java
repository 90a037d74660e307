package org.smqcluster.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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
   */
  void start(int count, List<String> urls) throws IOException, InterruptedException {
    for (int k = 1; k <= count; k++) {
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
              directory.resolve("device" + k + ".log"));
      Files.writeString(directory.resolve("device" + k + ".pid"), process.pid() + "\n");
      processes.add(process);
    }
  }

  /** Says which devices have ended since the last call, as "device1 (status 1)". */
  List<String> takeEnded() {
    List<String> ended = new ArrayList<>();
    for (int k = 0; k < processes.size(); k++) {
      Process process = processes.get(k);
      if (process != null && !process.isAlive()) {
        ended.add("device" + (k + 1) + " (status " + process.exitValue() + ")");
        processes.set(k, null);
      }
    }
    return ended;
  }

  void stop() {
    for (Process process : processes) {
      if (process != null) {
        process.destroy();
      }
    }
  }
}
