package org.smqcluster.transport.websocket.grizzly;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.IOStrategy;
import org.glassfish.grizzly.Transport;
import org.glassfish.grizzly.strategies.SameThreadIOStrategy;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.smqcluster.threads.DaemonThreads;

/**
 * Which thread handles an event of an HTTP listener's connection. A connection that is taken over
 * is read on its selector's thread. Any other is read on one of few threads that do TLS, parse HTTP
 * and answer WebSocket handshakes, and never wait for a peer; {@link RequestFilter} hands on to the
 * server's own pool, where a thread may wait, requests for pages and handshakes with a login.
 */
@SuppressWarnings("rawtypes") // as the interface has them
final class HttpThreads implements IOStrategy, AutoCloseable {

  private static final int THREADS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

  private final IOStrategy sameThread = SameThreadIOStrategy.getInstance();
  private final HttpConnections connections;
  private final ExecutorService parsers =
      Executors.newFixedThreadPool(
          THREADS, new DaemonThreads("smq-http", Transport.class.getClassLoader()));

  /**
   * @param connections is told before anything is read from one of them
   */
  HttpThreads(HttpConnections connections) {
    this.connections = connections;
  }

  @Override
  public boolean executeIoEvent(Connection connection, IOEvent event) throws IOException {
    return executeIoEvent(connection, event, true);
  }

  @Override
  public boolean executeIoEvent(Connection connection, IOEvent event, boolean enabled)
      throws IOException {
    if (event != IOEvent.READ || HttpConnection.socketOf(connection) != null) {
      return sameThread.executeIoEvent(connection, event, enabled);
    }
    if (enabled) {
      connection.disableIOEvent(IOEvent.READ);
    }
    try {
      parsers.execute(() -> readIn(connection));
    } catch (RejectedExecutionException e) {
      connection.terminateSilently();
    }
    return true;
  }

  private void readIn(Connection<?> connection) {
    HttpConnection http = HttpConnection.of(connection);
    if (http != null) {
      connections.begin(http);
    }
    try {
      sameThread.executeIoEvent(connection, IOEvent.READ, false);
    } catch (IOException e) {
      connection.terminateSilently();
    }
  }

  /** Where the server runs what the end of a connection brings about, which may wait. */
  @Override
  public Executor getThreadPoolFor(Connection connection, IOEvent event) {
    return event == IOEvent.READ || event == IOEvent.CLOSED
        ? connection.getTransport().getWorkerThreadPool()
        : null;
  }

  @Override
  public ThreadPoolConfig createDefaultWorkerPoolConfig(Transport transport) {
    return sameThread.createDefaultWorkerPoolConfig(transport);
  }

  @Override
  public void close() {
    parsers.shutdown();
  }
}
