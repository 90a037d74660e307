package org.smqcluster.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.FreePorts;

/** {@code mvn -Pcluster} without Maven. */
class ClusterLauncherIT {

  private static final Duration PATIENCE = Duration.ofSeconds(300);

  @TempDir private Path directory;

  @Test
  void itTellsTheAddressesWhenAllDevicesAreConnectedAndEndsWithAllThatItStarted() throws Exception {
    Path project = Path.of("").toAbsolutePath();
    PayaraRuntime.unpack(NodeCommand.Files.ofProject(project, LogForm.TEXT), System.out);
    int http = FreePorts.next();
    Path log = directory.resolve("log");
    Process launcher =
        ChildProcesses.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                "target/classes",
                ClusterLauncher.class.getName(),
                project.toString(),
                "nodes=1",
                "devices=1",
                "http.port=" + http,
                "device.port=" + FreePorts.next(),
                "cluster.port=" + FreePorts.next()),
            log);
    List<ProcessHandle> started;
    try {
      String said =
          Await.value(
              "the cluster",
              PATIENCE,
              () -> Files.readString(log),
              text -> text.contains("Start it again:"));
      assertFalse(said.contains("Not all devices are connected"), said);
      assertTrue(said.contains("http://127.0.0.1:" + http + "/admin/   user admin, pass"), said);
      started = launcher.descendants().toList();
      assertEquals(2, started.size(), "a node and a device");
    } finally {
      launcher.destroy();
      if (!launcher.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        launcher.destroyForcibly();
      }
    }
    Await.until("all to end", PATIENCE, () -> started.stream().noneMatch(ProcessHandle::isAlive));
  }
}
