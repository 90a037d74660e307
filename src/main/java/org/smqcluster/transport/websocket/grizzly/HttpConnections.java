package org.smqcluster.transport.websocket.grizzly;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.smqcluster.broker.spi.ClientNetwork;

/**
 * The HTTP connections of a node that are no WebSockets, bounded for each address (IPv6: network of
 * 64 bits): one more ends the oldest, so that a peer that opens many and uses none keeps no other
 * client of its address out; and few requests of one address are handled at a time. A peer that
 * does not finish a request in time is disconnected. Any thread.
 */
final class HttpConnections {

  private static final System.Logger LOG = System.getLogger(HttpConnections.class.getName());

  /** Time that a peer has for each request with its body. */
  private static final long REQUEST_SECONDS = 10;

  /**
   * Requests of one address that are handled at a time. Each may hold one of the server's threads
   * while its answer is not read; and many threads that compute answers would leave messages and
   * handshakes too little of the processors.
   */
  private static final int MAX_REQUESTS = 8;

  /** Age below which a connection is closed only if there are {@link #BURST} times as many. */
  private static final long YOUNG_SECONDS = 2;

  private static final int BURST = 4;

  private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** What one network has open. */
  private static final class Peer {
    final Set<HttpConnection> connections = new LinkedHashSet<>();
    final Queue<Runnable> waiting = new ArrayDeque<>();
    int requests;

    boolean isIdle() {
      return connections.isEmpty() && requests == 0;
    }
  }

  private final int maxConnections;

  // guarded by this
  private final Map<ClientNetwork, Peer> peers = new HashMap<>();
  private long loggedAt = System.nanoTime() - LOG_INTERVAL_NANOS;

  /**
   * Makes an empty set.
   *
   * @param maxConnections connections of one address
   */
  HttpConnections(int maxConnections) {
    this.maxConnections = maxConnections;
  }

  /** A peer has connected. */
  void add(Connection<?> accepted) {
    HttpConnection connection = new HttpConnection((TCPNIOConnection) accepted, this);
    HttpConnection oldest = null;
    boolean log = false;
    synchronized (this) {
      Peer peer = peers.computeIfAbsent(connection.network(), key -> new Peer());
      peer.connections.add(connection);
      int size = peer.connections.size();
      if (size > maxConnections) {
        oldest = peer.connections.iterator().next();
        if (size <= BURST * maxConnections && !oldest.isOlderThan(YOUNG_SECONDS)) {
          return;
        }
        peer.connections.remove(oldest);
        log = System.nanoTime() - loggedAt >= LOG_INTERVAL_NANOS;
        loggedAt = log ? System.nanoTime() : loggedAt;
      }
    }
    if (oldest != null) {
      oldest.connection().terminateSilently();
    }
    if (log) {
      LOG.log(
          Level.WARNING,
          "{0} has more than {1} HTTP connections; its oldest are closed. Behind a proxy, raise"
              + " smq.limit.http.connections.per.address",
          connection.peer().getHostAddress(),
          maxConnections);
    }
  }

  /** A connection has ended, or is none of HTTP any more. */
  synchronized void remove(HttpConnection connection) {
    peers.computeIfPresent(
        connection.network(),
        (key, peer) -> {
          peer.connections.remove(connection);
          return peer.isIdle() ? null : peer;
        });
  }

  /**
   * Handles a request, now or when others of its address are done.
   *
   * @param pool runs the request, which may wait for its peer
   */
  void handle(HttpConnection connection, Runnable request, Executor pool) {
    synchronized (this) {
      Peer peer = peers.computeIfAbsent(connection.network(), key -> new Peer());
      if (peer.requests == MAX_REQUESTS) {
        peer.waiting.add(() -> run(connection, request, pool));
        return;
      }
      peer.requests++;
    }
    run(connection, request, pool);
  }

  private void run(HttpConnection connection, Runnable request, Executor pool) {
    try {
      pool.execute(
          () -> {
            try {
              request.run();
            } finally {
              handled(connection);
            }
          });
    } catch (RejectedExecutionException e) {
      connection.connection().terminateSilently();
      handled(connection);
    }
  }

  private void handled(HttpConnection connection) {
    Runnable next;
    synchronized (this) {
      ClientNetwork network = connection.network();
      Peer peer = peers.get(network);
      next = peer.waiting.poll();
      if (next == null) {
        peer.requests--;
        if (peer.isIdle()) {
          peers.remove(network);
        }
      }
    }
    if (next != null) {
      next.run();
    }
  }

  /** Disconnects the peers that do not finish in time; once a second. */
  void closeLate() {
    List<HttpConnection> late = new ArrayList<>();
    synchronized (this) {
      for (Peer peer : peers.values()) {
        for (HttpConnection each : peer.connections) {
          if (each.owesFor(REQUEST_SECONDS, TimeUnit.SECONDS)) {
            late.add(each);
          }
        }
      }
    }
    late.forEach(each -> each.connection().terminateSilently());
  }
}
