package org.smqcluster.transport.websocket.grizzly;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.CloseReason;
import org.glassfish.grizzly.nio.NIOTransport;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.payara.HttpListeners;
import org.smqcluster.payara.PrivateMembers;
import org.smqcluster.payara.ServerReferences;
import org.smqcluster.security.Origins;
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

  private static final String OTHER_WAY =
      "A WebSocket begins when all earlier answers are read, by the broker's URL without %";

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
  private final Map<String, String> paths;
  private final Origins origins;
  private final TrustedProxies proxies;
  private final HttpThreads threads;
  private final HttpConnections connections;
  private SocketOpener opener;

  /**
   * Makes a fast path; {@link #start} installs it.
   *
   * @param connectionsPerAddress HTTP connections that one address may have, WebSockets not counted
   * @param proxies are not bound by it: their connections are many clients'
   * @param origins which web pages may connect
   * @param paths the brokers' paths, by what they are below the server's root
   */
  public GrizzlyFastPath(
      int connectionsPerAddress,
      TrustedProxies proxies,
      Origins origins,
      Map<String, String> paths) {
    this.paths = Map.copyOf(paths);
    this.origins = origins;
    this.proxies = proxies;
    this.connections = new HttpConnections(connectionsPerAddress, proxies);
    this.threads = new HttpThreads(connections);
  }

  @Override
  public boolean start(ServerContainer container, Executor pool, ScheduledExecutorService timer) {
    try {
      opener =
          new SocketOpener(
              ((org.glassfish.tyrus.spi.ServerContainer) container).getWebSocketEngine(),
              pool,
              timer);
      DirectHandshakes handshakes = new DirectHandshakes(paths, origins, proxies, opener);
      ServerReferences.initialize(
          MethodHandles.publicLookup()
              .findStaticGetter(CloseReason.class, "REMOTELY_CLOSED_REASON", CloseReason.class));
      for (Object transport : HttpListeners.transports()) {
        listeners.add(
            InstalledFilters.install((NIOTransport) transport, connections, handshakes, threads));
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
    timer.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the end of late connections", connections::closeLate),
        1,
        1,
        TimeUnit.SECONDS);
    return true;
  }

  @Override
  public void handshake(
      ConnectionInfo client,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    HttpConnection connection = HttpConnection.current();
    if (connection == null) {
      // the container would write for it, and keep more for a peer that does not read
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, OTHER_WAY);
      return;
    }
    Optional<TyrusHandshake> accepted = opener.accept(request.getRequestURI(), client);
    if (accepted.isEmpty()) {
      // Tyrus says why
      chain.doFilter(request, response);
      return;
    }
    response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
    accepted
        .get()
        .headers()
        .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    response.flushBuffer();
    opener.open(connection, accepted.get(), null);
  }

  @Override
  public Optional<FrameSocket> takeOver(FrameListener listener) {
    Optional<GrizzlySocket> socket = opener.current();
    socket.ifPresent(opened -> opened.listen(listener));
    return socket.map(FrameSocket.class::cast);
  }

  @Override
  public void close() {
    listeners.forEach(InstalledFilters::remove);
    connections.forgetAll();
    threads.close();
    LOG.log(Level.DEBUG, "The HTTP listeners have their own filters again");
  }
}
