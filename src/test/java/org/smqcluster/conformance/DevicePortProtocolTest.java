package org.smqcluster.conformance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.smqcluster.broker.Broker;
import org.smqcluster.broker.BrokerHooks;
import org.smqcluster.broker.BrokerSettings;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.transport.device.DevicePort;
import org.smqcluster.transport.device.DevicePortSettings;
import org.smqcluster.transport.device.EventLoops;

/** The rules of the raw transport, against a broker and a device port in this process. */
class DevicePortProtocolTest {

  private static final ScheduledExecutorService TICKER =
      Executors.newSingleThreadScheduledExecutor();
  private static EventLoops loops;
  private static DevicePort port;

  @BeforeAll
  static void open() throws IOException {
    StandaloneCluster cluster = new StandaloneCluster();
    Broker broker = new Broker("smq", "node1", BrokerSettings.DEFAULT, cluster, BrokerHooks.NONE);
    cluster.listener(broker.listener());
    TICKER.scheduleAtFixedRate(broker::tick, 250, 250, TimeUnit.MILLISECONDS);
    loops = EventLoops.start(2);
    Set<String> paths = Set.of("/smq", "/smq.lsp");
    port =
        DevicePort.open(
            DevicePortSettings.of(new InetSocketAddress("127.0.0.1", 0), "http://127.0.0.1:8080"),
            loops,
            path -> paths.contains(path) ? broker : null);
  }

  @AfterAll
  static void close() {
    port.close();
    loops.close();
    TICKER.shutdownNow();
  }

  @TestFactory
  Stream<DynamicNode> raw() {
    return ProtocolSuite.tests(List.of(new Stage.Door(false, port.address().getPort())));
  }
}
