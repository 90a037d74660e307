package org.smqcluster.client;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.transport.raw.EventLoops;
import org.smqcluster.transport.raw.RawPort;
import org.smqcluster.transport.raw.RawPortSettings;

/** The real broker with the real device port, alone in this process, on a free port. */
public final class InProcessBroker implements AutoCloseable {

  private final NodeBroker broker;
  private final EventLoops loops = EventLoops.start(1);
  private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
  private final RawPort port;

  private InProcessBroker(BrokerHooks hooks, SslContext tls) {
    StandaloneCluster cluster = new StandaloneCluster();
    broker = new NodeBroker("smq", "node1", BrokerSettings.DEFAULT, cluster, hooks);
    cluster.listener(broker.listener());
    try {
      port =
          RawPort.open(
              RawPortSettings.of(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "http://127.0.0.1"),
              loops,
              path -> path.equals("/smq.lsp") ? broker : null,
              tls == null ? null : () -> tls,
              TrustedProxies.NONE,
              peer -> true);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ticker.scheduleAtFixedRate(broker::tick, 250, 250, TimeUnit.MILLISECONDS);
  }

  /** Starts one that permits every client everything. */
  public static InProcessBroker start() {
    return new InProcessBroker(BrokerHooks.NONE, null);
  }

  /** Starts one with these rules. */
  public static InProcessBroker start(BrokerHooks hooks) {
    return new InProcessBroker(hooks, null);
  }

  /** Starts one whose port speaks TLS; {@link #url} is not for it. */
  public static InProcessBroker startTls(SslContext tls) {
    return new InProcessBroker(BrokerHooks.NONE, tls);
  }

  public int port() {
    return port.address().getPort();
  }

  public NodeBroker broker() {
    return broker;
  }

  public String url() {
    return "smq://127.0.0.1:" + port() + "/smq.lsp";
  }

  @Override
  public void close() {
    port.close();
    ticker.shutdownNow();
    loops.close();
  }
}
