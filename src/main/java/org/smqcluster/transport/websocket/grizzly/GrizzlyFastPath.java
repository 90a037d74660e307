package org.smqcluster.transport.websocket.grizzly;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.CloseReason;
import org.glassfish.grizzly.nio.NIOTransport;
import org.glassfish.grizzly.ssl.SSLUtils;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.smqcluster.payara.HttpListeners;
import org.smqcluster.payara.PrivateMembers;
import org.smqcluster.payara.ServerReferences;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.threads.DaemonThreads;
import org.smqcluster.transport.websocket.FastPath;
import org.smqcluster.transport.websocket.FrameListener;
import org.smqcluster.transport.websocket.FrameSocket;

/**
 * The fast path of Payara: Grizzly's selector threads read and write the frames of SMQ clients, and
 * Tyrus opens and ends their sessions. It changes what every connection of the HTTP listeners runs
 * on, see {@link HttpThreads}, so that neither messages nor handshakes wait for pages.
 *
 * <p>Nothing of the HTTP request stays with a connection that is taken over: the request ends as
 * any other does, with the answer 101.
 */
public final class GrizzlyFastPath implements FastPath {

  private static final System.Logger LOG = System.getLogger(GrizzlyFastPath.class.getName());

  private static final int SWITCHING_PROTOCOLS = 101;

  /**
   * A handshake that Tyrus answers as ever, but that is not an upgrade for the servlet container:
   * the container would keep request and response as long as the connection lives.
   */
  private static final class UpgradeRequest extends HttpServletRequestWrapper {

    /** What Tyrus prepared for the connection, or null. */
    private TyrusHttpUpgradeHandler handler;

    UpgradeRequest(HttpServletRequest request) {
      super(request);
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> handlerClass)
        throws IOException, ServletException {
      if (handlerClass != TyrusHttpUpgradeHandler.class) {
        return super.upgrade(handlerClass);
      }
      handler = new TyrusHttpUpgradeHandler();
      return handlerClass.cast(handler);
    }
  }

  /**
   * The timer of Tyrus' sessions. Tyrus schedules a task for each session that opens, even without
   * an idle timeout; on the server's managed executor that costs many times as much as a message.
   */
  private static final class SessionTimer extends ScheduledThreadPoolExecutor {

    SessionTimer() {
      super(1, new DaemonThreads("smq-websocket-sessions"));
    }

    /** Null, which Tyrus takes for a timer that is not there, if there is no delay. */
    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      return delay == 0 ? null : super.schedule(task, delay, unit);
    }
  }

  private final List<InstalledFilters> listeners = new ArrayList<>();
  private final ThreadLocal<GrizzlySocket> opening = new ThreadLocal<>();
  private final BufferPool buffers = new BufferPool();
  private final Set<String> brokerUris;
  private final HttpThreads threads = new HttpThreads();
  private final HttpConnections connections;
  private Executor pool;
  private ScheduledExecutorService timer;

  /**
   * Makes a fast path; {@link #start} installs it.
   *
   * @param connectionsPerAddress HTTP connections that one address may have, WebSockets not counted
   * @param proxies are not bound by it: their connections are many clients'
   * @param brokerUris the brokers' paths below the server's root
   */
  public GrizzlyFastPath(
      int connectionsPerAddress, TrustedProxies proxies, Set<String> brokerUris) {
    this.brokerUris = Set.copyOf(brokerUris);
    this.connections = new HttpConnections(connectionsPerAddress, proxies);
  }

  @Override
  public boolean start(
      ServerContainer container, Executor taskPool, ScheduledExecutorService taskTimer) {
    pool = taskPool;
    timer = taskTimer;
    try {
      ServerReferences.initialize(
          MethodHandles.publicLookup()
              .findStaticGetter(CloseReason.class, "REMOTELY_CLOSED_REASON", CloseReason.class));
      for (Object transport : HttpListeners.transports()) {
        listeners.add(
            InstalledFilters.install((NIOTransport) transport, connections, brokerUris, threads));
      }
      PrivateMembers.set(container, "managedScheduledExecutorService", new SessionTimer());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOG.log(
          Level.WARNING,
          "smq.websocket.frames=own does not support this server ({0}): messages use the standard API, and slow readers of pages can delay them",
          e.toString());
      close();
      return false;
    }
    timer.scheduleWithFixedDelay(connections::closeLate, 1, 1, TimeUnit.SECONDS);
    return true;
  }

  @Override
  public void handshake(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpConnection connection = HttpConnection.current();
    if (connection == null) {
      chain.doFilter(request, response);
      return;
    }
    UpgradeRequest upgrade = new UpgradeRequest(request);
    chain.doFilter(upgrade, response);
    if (upgrade.handler != null && response.getStatus() == SWITCHING_PROTOCOLS) {
      open(connection, request, upgrade.handler);
    }
  }

  private void open(
      HttpConnection connection, HttpServletRequest request, TyrusHttpUpgradeHandler tyrus) {
    // of this connection, not of the client's with a proxy that the request tells of
    boolean secure = SSLUtils.getSSLEngine(connection.connection()) != null;
    GrizzlySocket socket =
        new GrizzlySocket(connection.connection(), secure, buffers, pool, timer, tyrus::destroy);
    opening.set(socket);
    try {
      tyrus.init(new TyrusConnection(socket::end));
      // it needs the handshake no more, and would keep Catalina's request by it
      tyrus.preInit(null, null, request.getUserPrincipal() != null);
    } finally {
      opening.remove();
    }
    connection.takenOverBy(socket);
  }

  @Override
  public Optional<FrameSocket> takeOver(FrameListener listener) {
    GrizzlySocket socket = opening.get();
    if (socket != null) {
      socket.listen(listener);
    }
    return Optional.ofNullable(socket);
  }

  @Override
  public void close() {
    listeners.forEach(InstalledFilters::remove);
    connections.forgetAll();
    threads.close();
    LOG.log(Level.DEBUG, "The HTTP listeners have their own filters again");
  }
}
