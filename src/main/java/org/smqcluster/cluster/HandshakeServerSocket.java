package org.smqcluster.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.util.Util;
import org.smqcluster.threads.DaemonThreads;

/**
 * The port for other nodes, whose {@link #accept} gives connections that have shaken hands. JGroups
 * waits for the handshake of TLS, and for a peer's address, on the one thread that accepts, for as
 * long as a byte comes now and then: peers that send nothing, or slowly, would keep all nodes out.
 * Here each connection shakes hands on a thread of its own, in bounded time and number.
 */
final class HandshakeServerSocket extends ServerSocket {

  /** For a handshake in all, however often something comes. */
  private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * Handshakes at a time; one more ends the oldest of the address that has most. A node that joins
   * takes milliseconds.
   */
  private static final int MAX_HANDSHAKES = 64;

  private static final int TICK_MILLIS = 500;

  /**
   * Lines of this name are counted, see {@link RefusedConnections}, and limited. Not by the logging
   * of JGroups, which names the class that logs instead: a line of our own that is limited by its
   * text, and each has another port.
   */
  private static final Logger LOG = Logger.getLogger(TcpServer.class.getName());

  /** What a peer has to do before JGroups has its connection. */
  @FunctionalInterface
  interface Handshake {

    /** Waits for the peer; returns what JGroups reads and writes. */
    Socket shake(PeerSocket peer) throws IOException;
  }

  private final Handshake handshake;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(new DaemonThreads("smq-cluster-handshake"));

  // guarded by this

  /** With the time of their beginning, the oldest first. */
  private final Map<Socket, Long> underWay = new LinkedHashMap<>();

  private final Queue<Socket> ready = new ArrayDeque<>();
  private boolean isAccepting;

  /** Not bound yet. */
  HandshakeServerSocket(Handshake handshake) throws IOException {
    this.handshake = handshake;
  }

  /** Waits for the next peer that has shaken hands. */
  @Override
  public synchronized Socket accept() throws IOException {
    if (!isAccepting) {
      isAccepting = true;
      setSoTimeout(TICK_MILLIS);
      threads.execute(this::acceptAll);
    }
    while (ready.isEmpty() && !isClosed()) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SocketException("interrupted");
      }
    }
    if (isClosed()) {
      throw new SocketException("closed");
    }
    return ready.remove();
  }

  private void acceptAll() {
    while (!isClosed()) {
      try {
        PeerSocket peer = new PeerSocket();
        implAccept(peer);
        begin(peer);
      } catch (SocketTimeoutException e) {
        // time to look at the handshakes
      } catch (IOException e) {
        if (!isClosed()) {
          LOG.log(Level.WARNING, "failed accepting connection: {0}", e.toString());
          pause();
        }
      }
      endOverdue();
    }
  }

  private synchronized void begin(PeerSocket peer) {
    if (isClosed()) {
      Util.close(peer);
      return;
    }
    underWay.put(peer, System.nanoTime());
    if (underWay.size() > MAX_HANDSHAKES) {
      Socket one = oldestOfTheBusiest();
      Util.close(one);
      underWay.remove(one);
    }
    threads.execute(() -> shakeHands(peer));
  }

  /** Many connections of one address end no handshake of another. */
  private Socket oldestOfTheBusiest() {
    Map<InetAddress, List<Socket>> all =
        underWay.keySet().stream().collect(Collectors.groupingBy(Socket::getInetAddress));
    return Collections.max(all.values(), Comparator.comparingInt(List::size)).get(0);
  }

  /** No file descriptor may be left. */
  private static void pause() {
    try {
      Thread.sleep(TICK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void endOverdue() {
    long now = System.nanoTime();
    Iterator<Map.Entry<Socket, Long>> oldest = underWay.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Socket, Long> each = oldest.next();
      if (now - each.getValue() < HANDSHAKE_NANOS) {
        return;
      }
      Util.close(each.getKey());
      oldest.remove();
    }
  }

  private void shakeHands(PeerSocket peer) {
    try {
      accepted(peer, handshake.shake(peer));
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "failed accepting connection from peer {0}: {1}",
          new Object[] {peer, e.toString()});
      Util.close(peer);
      forget(peer);
    }
  }

  private synchronized void accepted(Socket peer, Socket shaken) {
    if (underWay.remove(peer) != null) {
      ready.add(shaken);
      notifyAll();
    }
  }

  private synchronized void forget(Socket peer) {
    underWay.remove(peer);
  }

  @Override
  public void close() throws IOException {
    super.close();
    synchronized (this) {
      underWay.keySet().forEach(Util::close);
      underWay.clear();
      ready.forEach(Util::close);
      threads.shutdown();
      notifyAll();
    }
  }
}
