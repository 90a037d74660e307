package org.smqcluster.transport.websocket.grizzly;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.payara.ServerReferences;
import org.smqcluster.protocol.AddressText;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.security.UnknownClientException;

/**
 * The HTTP connections of a node that are not WebSockets, bounded for each address (IPv6: network
 * of 64 bits), and those that have sent something for all addresses together: one more ends the
 * oldest of the address with most, so that peers that open many and use none keep no other client
 * out; and few requests of one address are handled at a time. A peer that does not finish a request
 * in time is disconnected, and so are the slowest readers of answers where too many are slow. A
 * trusted proxy may have any number of connections, and its requests count for the clients that it
 * names. Any thread.
 */
final class HttpConnections {

  private static final LimitedLog LOG = new LimitedLog(HttpConnections.class);

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

  /** What a connection takes of the heap once its peer has begun a request, with TLS. */
  private static final int CONNECTION_BYTES = 32 * 1024;

  /** All together take the heap divided by this, and three times as much for a moment. */
  private static final int PART_OF_HEAP = 16;

  private static final int BURST_OF_ALL = 3;

  /** So many more than another make a network the one that has too many of all. */
  private static final int FEW = 8;

  /** Connections and requests of one network. */
  private static final class Peer {
    final Set<HttpConnection> connections = new LinkedHashSet<>();

    /** Those whose peers have sent something that was read. */
    final Set<HttpConnection> begun = new LinkedHashSet<>();

    final Queue<Runnable> waiting = new ArrayDeque<>();
    int requests;

    boolean isIdle() {
      return connections.isEmpty() && requests == 0;
    }

    HttpConnection oldestBegun() {
      return begun.iterator().next();
    }
  }

  private final int maxConnections;
  private final int maxBegun =
      (int) Math.min(1_000_000, Runtime.getRuntime().maxMemory() / PART_OF_HEAP / CONNECTION_BYTES);
  private final TrustedProxies proxies;

  // used by closeLate alone
  private final UnreadAnswers<HttpConnection> unreadAnswers = new UnreadAnswers<>();

  // guarded by this
  private final Map<ClientNetwork, Peer> peers = new HashMap<>();

  /** In all networks, without those of proxies. */
  private int begun;

  /**
   * @param maxConnections connections of one address
   * @param proxies are not bound by it
   */
  HttpConnections(int maxConnections, TrustedProxies proxies) {
    this.proxies = proxies;
    this.maxConnections = maxConnections;
  }

  void add(Connection<?> accepted) {
    HttpConnection connection = new HttpConnection((TCPNIOConnection) accepted, this::remove);
    HttpConnection oldest;
    synchronized (this) {
      Peer peer = peers.computeIfAbsent(connection.network(), key -> new Peer());
      peer.connections.add(connection);
      int size = peer.connections.size();
      if (size <= maxConnections || isProxy(connection)) {
        return;
      }
      oldest = peer.connections.iterator().next();
      if (size <= BURST * maxConnections && isYoung(oldest)) {
        return;
      }
      take(peer, oldest);
    }
    oldest.connection().terminateSilently();
    LOG.log(
        Level.WARNING,
        "{0} has more than {1} HTTP connections; its oldest are closed. If it is a proxy, name it"
            + " in smq.proxy.trusted; else raise smq.limit.http.connections.per.address",
        AddressText.of(connection.peer()),
        maxConnections);
  }

  private boolean isProxy(HttpConnection connection) {
    return proxies.contains(connection.peer());
  }

  private static boolean isYoung(HttpConnection connection) {
    return connection.age().toSeconds() < YOUNG_SECONDS;
  }

  /**
   * Counts a connection among those of all networks, before anything is read from it: until then it
   * takes little, and many may wait for their turn. If there are too many, the oldest of the
   * network with most ends, or this one.
   */
  void begin(HttpConnection connection) {
    if (!connection.begin() || isProxy(connection)) {
      return;
    }
    HttpConnection surplus;
    synchronized (this) {
      Peer peer = peers.get(connection.network());
      if (peer == null || !peer.connections.contains(connection)) {
        return;
      }
      peer.begun.add(connection);
      begun++;
      surplus = surplus(peer, connection);
    }
    if (surplus != null) {
      end(surplus);
    }
  }

  /** Takes out what has to end for the latest connection, or that; null if there is room. */
  private HttpConnection surplus(Peer latestPeer, HttpConnection latest) {
    HttpConnection old = oldSurplus();
    if (old != null || begun <= BURST_OF_ALL * maxBegun) {
      return old;
    }
    Peer most = most();
    return most.begun.size() < latestPeer.begun.size() + FEW
        ? take(latestPeer, latest)
        : take(most, most.oldestBegun());
  }

  /** Takes out the oldest of the network with most, if there are too many and it is not young. */
  private HttpConnection oldSurplus() {
    if (begun <= maxBegun) {
      return null;
    }
    Peer most = most();
    HttpConnection oldest = most.oldestBegun();
    return isYoung(oldest) ? null : take(most, oldest);
  }

  /** The network of which most have begun; of several, that which began first. */
  private Peer most() {
    return peers.values().stream()
        .filter(peer -> !peer.begun.isEmpty())
        .max(
            Comparator.comparingInt((Peer peer) -> peer.begun.size())
                .thenComparing(peer -> peer.oldestBegun().age()))
        .orElseThrow();
  }

  private void end(HttpConnection surplus) {
    surplus.connection().terminateSilently();
    LOG.log(
        Level.WARNING,
        "More than {0} HTTP connections at once are in use; some of the addresses with most, such as"
            + " {1}, are closed. A larger heap (-Xmx) allows more",
        maxBegun,
        AddressText.of(surplus.peer()));
  }

  /** Ends those that were young when they were too many. */
  private void endSurplus() {
    while (true) {
      HttpConnection surplus;
      synchronized (this) {
        surplus = oldSurplus();
      }
      if (surplus == null) {
        return;
      }
      end(surplus);
    }
  }

  /** Takes a connection out; returns it. */
  private HttpConnection take(Peer peer, HttpConnection connection) {
    peer.connections.remove(connection);
    if (peer.begun.remove(connection)) {
      begun--;
    }
    return connection;
  }

  /** A connection has ended, or no longer speaks HTTP. */
  synchronized void remove(HttpConnection connection) {
    peers.computeIfPresent(
        connection.network(),
        (key, peer) -> {
          take(peer, connection);
          return peer.isIdle() ? null : peer;
        });
  }

  /**
   * The network that a request counts for: its client's, which a trusted proxy names.
   *
   * @param headers the values of a header of the request
   */
  ClientNetwork networkOf(
      HttpConnection connection, Function<String, ? extends Iterable<String>> headers) {
    try {
      return proxies
          .client(connection.peer(), headers)
          .map(client -> ClientNetwork.of(client.address()))
          .orElse(connection.network());
    } catch (UnknownClientException e) {
      // the application answers this, at once
      return connection.network();
    }
  }

  /**
   * Handles a request, now or when others of its network are done.
   *
   * @param network the request counts for it
   * @param pool runs the request, which may wait for its peer
   */
  void handle(HttpConnection connection, ClientNetwork network, Runnable request, Executor pool) {
    synchronized (this) {
      Peer peer = peers.computeIfAbsent(network, key -> new Peer());
      if (peer.requests == MAX_REQUESTS) {
        peer.waiting.add(() -> run(connection, network, request, pool));
        return;
      }
      peer.requests++;
    }
    run(connection, network, request, pool);
  }

  private void run(
      HttpConnection connection, ClientNetwork network, Runnable request, Executor pool) {
    try {
      pool.execute(ServerReferences.both(request, () -> handled(network)));
    } catch (RejectedExecutionException e) {
      connection.connection().terminateSilently();
      handled(network);
    }
  }

  private void handled(ClientNetwork network) {
    Runnable next;
    synchronized (this) {
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

  /** Disconnects the peers that do not finish in time; once a second, on one thread at a time. */
  void closeLate() {
    List<HttpConnection> late = new ArrayList<>();
    Map<HttpConnection, UnreadAnswers.Answer> waiting = new HashMap<>();
    synchronized (this) {
      for (Peer peer : peers.values()) {
        for (HttpConnection each : peer.connections) {
          if (each.owesFor(REQUEST_SECONDS, TimeUnit.SECONDS)) {
            late.add(each);
          }
          each.waiting().ifPresent(answer -> waiting.put(each, answer));
        }
      }
    }
    late.forEach(each -> each.connection().terminateSilently());
    endSurplus();
    for (HttpConnection each : unreadAnswers.excess(waiting, System.nanoTime())) {
      each.connection().terminateSilently();
      LOG.log(
          Level.INFO,
          "{0} reads its answers more slowly than others; they are cut, because too many of its"
              + " address, or in all, are slow",
          AddressText.of(each.peer()));
    }
  }

  /** Lets go of the connections, which outlive this application. */
  synchronized void forgetAll() {
    peers.values().forEach(peer -> peer.connections.forEach(HttpConnection::forget));
  }
}
