package org.smqcluster.transport.websocket;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Collectors;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.security.Origins;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.threads.DaemonThreads;

/**
 * The WebSocket transport of a node: the brokers' URLs on the server's HTTP port. One for each
 * deployment.
 */
public final class WebSocketTransport implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(WebSocketTransport.class.getName());

  private final Map<String, SessionAcceptor> brokers;
  private final Origins origins;
  private final TrustedProxies proxies;
  private final Optional<FastPath> fastPath;
  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(), new DaemonThreads("smq-websocket"));
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, new DaemonThreads("smq-websocket-timer"));

  /**
   * Makes the transport; {@link #register} opens it.
   *
   * @param brokers by path, each path beginning with a slash
   * @param origins which web pages may connect
   * @param proxies tell the clients of handshakes that they pass on
   * @param fastPath reads and writes frames; if empty, the standard API does. Closed with the
   *     transport.
   */
  public WebSocketTransport(
      Map<String, SessionAcceptor> brokers,
      Origins origins,
      TrustedProxies proxies,
      Optional<FastPath> fastPath) {
    this.brokers = Map.copyOf(brokers);
    this.origins = origins;
    this.proxies = proxies;
    this.fastPath = fastPath;
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Registers an endpoint and a page for each path.
   *
   * @param context of the application, while it is being initialized
   * @throws DeploymentException if a path is taken or malformed
   */
  public void register(ServletContext context) throws DeploymentException {
    ServerContainer container =
        (ServerContainer) context.getAttribute(ServerContainer.class.getName());
    Optional<FastPath> started = fastPath.filter(fast -> fast.start(container, pool, timer));
    FilterRegistration.Dynamic filter =
        context.addFilter(
            BrokerUrlFilter.class.getName(),
            new BrokerUrlFilter(brokers, origins, proxies, started));
    filter.setAsyncSupported(true);
    for (Map.Entry<String, SessionAcceptor> each : brokers.entrySet()) {
      String path = each.getKey();
      SessionAcceptor broker = each.getValue();
      // in front of the server's own filter, which takes the handshake
      filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, path);
      container.addEndpoint(
          ServerEndpointConfig.Builder.create(SmqEndpoint.class, path)
              .configurator(
                  new EndpointConfigurator(
                      () -> new SmqEndpoint(new WebSocketConnection(broker, pool, timer), started)))
              .build());
    }
    LOG.log(
        Level.INFO,
        "SMQ over WebSocket at {0}, by {1}",
        brokers.keySet().stream()
            .map(path -> context.getContextPath() + path)
            .collect(Collectors.joining(", ")),
        started.isPresent() ? "the fast path" : "the standard API");
  }

  /** Ends the transport's own threads. Clients are the brokers' to close, before. */
  @Override
  public void close() {
    fastPath.ifPresent(FastPath::close);
    pool.shutdown();
    timer.shutdownNow();
  }
}
