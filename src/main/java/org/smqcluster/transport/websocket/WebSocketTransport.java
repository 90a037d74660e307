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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.smqcluster.broker.spi.SessionAcceptor;

/**
 * The WebSocket transport of a node: the brokers' URLs on the server's HTTP port. One for each
 * deployment.
 */
public final class WebSocketTransport implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(WebSocketTransport.class.getName());

  private final Map<String, SessionAcceptor> brokers;
  private final OriginPolicy origins;
  private final boolean useInternals;
  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(), daemons("smq-websocket-"));
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, daemons("smq-websocket-timer-"));

  /**
   * Makes the transport; {@link #register} opens it.
   *
   * @param brokers by path, each path beginning with a slash
   * @param origins which web pages may connect
   * @param useInternals whether to use the server's inside, many times faster, where it is known;
   *     if not, the standard API alone
   */
  public WebSocketTransport(
      Map<String, SessionAcceptor> brokers, OriginPolicy origins, boolean useInternals) {
    this.brokers = Map.copyOf(brokers);
    this.origins = origins;
    this.useInternals = useInternals;
    timer.setRemoveOnCancelPolicy(true);
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
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
    RawSocket.Shared shared = useInternals ? shareInternals(container) : null;
    FilterRegistration.Dynamic filter =
        context.addFilter(BrokerUrlFilter.class.getName(), new BrokerUrlFilter(origins, shared));
    filter.setAsyncSupported(true);
    for (Map.Entry<String, SessionAcceptor> each : brokers.entrySet()) {
      String path = each.getKey();
      SessionOpener opener = new SessionOpener(each.getValue(), pool, timer);
      // in front of the server's own filter, which takes the handshake
      filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, path);
      container.addEndpoint(
          ServerEndpointConfig.Builder.create(SmqEndpoint.class, path)
              .configurator(new Handshake(() -> new SmqEndpoint(opener)))
              .build());
    }
    LOG.log(
        Level.INFO,
        "SMQ by WebSocket at {0}, {1}",
        String.join(", ", brokers.keySet()),
        shared != null ? "with frames of our own" : "by the standard API");
  }

  private RawSocket.Shared shareInternals(ServerContainer container) {
    ServerInternals internals = new ServerInternals();
    internals.skipEmptyTimers(container);
    return new RawSocket.Shared(internals, new BufferPool(), pool, timer);
  }

  /** Ends the transport's own threads. Clients are the brokers' to close, before. */
  @Override
  public void close() {
    pool.shutdown();
    timer.shutdownNow();
  }
}
