package org.smqcluster.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.transport.raw.EventLoops;
import org.smqcluster.transport.raw.RawPort;
import org.smqcluster.transport.raw.RawPortSettings;

/** A broker with a device port in this process, on a free port of 127.0.0.1. */
public final class LocalBroker implements AutoCloseable {

  private static final Set<String> PATHS = Set.of("/smq", "/smq.lsp");

  private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
  private final EventLoops loops;
  private final RawPort port;
  private final NodeBroker broker;

  private LocalBroker(BrokerSettings settings, EventLoops loops) {
    this.loops = loops;
    StandaloneCluster cluster = new StandaloneCluster();
    broker = new NodeBroker("smq", "node1", settings, cluster, BrokerHooks.NONE);
    cluster.listener(broker.listener());
    ticker.scheduleAtFixedRate(broker::tick, 100, 100, TimeUnit.MILLISECONDS);
    try {
      port =
          RawPort.open(
              RawPortSettings.of(new InetSocketAddress("127.0.0.1", 0), "http://127.0.0.1:8080"),
              loops,
              path -> PATHS.contains(path) ? broker : null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one with these settings. */
  public static LocalBroker start(BrokerSettings settings) {
    return new LocalBroker(settings, EventLoops.start(2));
  }

  /** Starts one on these threads, which it stops in the end. */
  public static LocalBroker start(BrokerSettings settings, EventLoops loops) {
    return new LocalBroker(settings, loops);
  }

  public NodeBroker broker() {
    return broker;
  }

  /** The number of the device port. */
  public int port() {
    return port.address().getPort();
  }

  @Override
  public void close() {
    port.close();
    loops.close();
    ticker.shutdownNow();
  }
}
