package org.smqcluster.browser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.led.LedDevice;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/** Simulated devices of a test; each has a name of its own, as the cluster may be shared. */
final class LedDevices implements AutoCloseable {

  private static final Duration TEMPERATURE_EVERY = Duration.ofMillis(500);

  private final List<LedDevice> started = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** A name that no other device of this test run has. */
  static String uniqueName(String name) {
    return name + " " + UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * Starts a device that connects to the device port of a node and, when that is gone, to those of
   * the others.
   *
   * @param firstNode counted from 1
   */
  LedDevice start(String name, TestCluster cluster, int firstNode) {
    return start(name, cluster, firstNode, TEMPERATURE_EVERY);
  }

  /** As {@link #start(String, TestCluster, int)}, with its own time between temperatures. */
  LedDevice start(String name, TestCluster cluster, int firstNode, Duration temperatureEvery) {
    String[] urls =
        cluster.nodes().stream()
            .map(NodeProcess::device)
            .map(Object::toString)
            .toArray(String[]::new);
    String first = urls[firstNode - 1];
    Arrays.sort(urls, (a, b) -> Boolean.compare(b.equals(first), a.equals(first)));
    LedDevice device =
        LedDevice.start(
            SmqClient.builder(urls).uid("test-" + name), name, temperatureEvery, timer, line -> {});
    started.add(device);
    return device;
  }

  /** Ends all of them. */
  @Override
  public void close() {
    started.forEach(LedDevice::close);
    timer.shutdownNow();
  }
}
