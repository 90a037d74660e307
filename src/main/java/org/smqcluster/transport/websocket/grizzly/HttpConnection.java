package org.smqcluster.transport.websocket.grizzly;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.Grizzly;
import org.glassfish.grizzly.attributes.Attribute;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.utils.IdleTimeoutFilter;
import org.smqcluster.broker.spi.ClientNetwork;

/** What is known of one connection of an HTTP listener. Any thread. */
final class HttpConnection {

  private static final Attribute<HttpConnection> OF_CONNECTION =
      Grizzly.DEFAULT_ATTRIBUTE_BUILDER.createAttribute(HttpConnection.class.getName());

  /** Where Grizzly's HTTP filters keep a connection's request and its keep-alive state. */
  private static final List<String> REQUEST_ATTRIBUTES =
      List.of(
          "org.glassfish.grizzly.http.HttpServerFilter.HttpRequest",
          "HttpServerFilter.KeepAliveContext");

  /**
   * Time that a thread waits for the system to take a part of an answer, in place of the server's
   * own. {@link UnreadAnswers} cuts earlier where many wait.
   */
  private static final long WRITE_SECONDS = 30;

  private static final ThreadLocal<HttpConnection> CURRENT = new ThreadLocal<>();

  private final TCPNIOConnection connection;
  private final InetAddress peer;
  private final ClientNetwork network;
  private volatile long since = System.nanoTime();
  private final Consumer<HttpConnection> left;
  private volatile GrizzlySocket socket;
  private volatile boolean hasBegun;

  /** The network that the latest request counts for. */
  private volatile ClientNetwork served;

  /** Whether a handshake is on its way to a thread that may wait. */
  private volatile boolean isHandedOver;

  /** Since when the peer owes the rest of a request; 0 if it owes nothing. */
  private volatile long owesSince;

  HttpConnection(TCPNIOConnection connection, Consumer<HttpConnection> left) {
    this.connection = connection;
    this.peer = ((InetSocketAddress) connection.getPeerAddress()).getAddress();
    this.network = ClientNetwork.of(peer);
    this.served = network;
    this.left = left;
    connection.setWriteTimeout(WRITE_SECONDS, TimeUnit.SECONDS);
    OF_CONNECTION.set(connection, this);
  }

  /** What is known of a connection; null if it was open before the filters were installed. */
  static HttpConnection of(Connection<?> connection) {
    return OF_CONNECTION.get(connection);
  }

  /** The socket that has taken a connection over, or null. */
  static GrizzlySocket socketOf(Connection<?> connection) {
    HttpConnection found = OF_CONNECTION.get(connection);
    return found == null ? null : found.socket;
  }

  /** The connection whose handshake this thread passes to the container, or null. */
  static HttpConnection current() {
    return CURRENT.get();
  }

  /** This thread passes a handshake to the container; null: it is done. */
  static void current(HttpConnection handshaking) {
    if (handshaking == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(handshaking);
    }
  }

  TCPNIOConnection connection() {
    return connection;
  }

  InetAddress peer() {
    return peer;
  }

  /** The peer's network, for counting. */
  ClientNetwork network() {
    return network;
  }

  /** Something is about to be read; true the first time. For the one thread that reads. */
  boolean begin() {
    if (hasBegun) {
      return false;
    }
    hasBegun = true;
    since = System.nanoTime();
    return true;
  }

  /** Time since it began, or, if it has not, since it was accepted. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** Bytes of a request have arrived. */
  void receiving() {
    if (owesSince == 0) {
      owesSince = System.nanoTime() | 1;
    }
  }

  /** All of a request has arrived. */
  void received() {
    owesSince = 0;
  }

  /** Whether the system has taken all answers to the requests before. */
  boolean hasWrittenAll() {
    return connection.getAsyncWriteQueue().spaceInBytes() == 0;
  }

  /** A request that counts for a network is handled from now on. */
  void serve(ClientNetwork client) {
    served = client;
  }

  /** Its handshake goes on on another thread. */
  void handOver() {
    isHandedOver = true;
  }

  /** Whether this is the thread on which a handshake goes on; true once. */
  boolean takeHandover() {
    boolean was = isHandedOver;
    isHandedOver = false;
    return was;
  }

  /** The answer that its thread cannot go on with before the peer has read more of it. */
  Optional<UnreadAnswers.Answer> waiting() {
    return connection.canWrite()
        ? Optional.empty()
        : Optional.of(
            new UnreadAnswers.Answer(served, connection.getAsyncWriteQueue().spaceInBytes()));
  }

  /** Whether the peer owes the rest of a request for longer than this. */
  boolean owesFor(long time, TimeUnit unit) {
    long since = owesSince;
    return since != 0 && System.nanoTime() - since > unit.toNanos(time);
  }

  /**
   * Lets go of the HTTP request, once it is answered: the server keeps the last request of a
   * connection, with all its buffers, for the next one, and here none follows.
   */
  static void forgetRequest(Connection<?> connection) {
    REQUEST_ATTRIBUTES.forEach(connection.getAttributes()::removeAttribute);
  }

  /** The server keeps the connection, for a while also behind its end; without this. */
  void forget() {
    OF_CONNECTION.remove(connection);
  }

  /** From now on, a socket has what is read. */
  void takenOverBy(GrizzlySocket owner) {
    IdleTimeoutFilter.setCustomTimeout(connection, -1, TimeUnit.MILLISECONDS);
    owesSince = 0;
    left.accept(this);
    socket = owner;
    if (!connection.isOpen()) {
      owner.end();
    }
  }
}
