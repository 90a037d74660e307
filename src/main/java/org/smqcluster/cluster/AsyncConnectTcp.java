package org.smqcluster.cluster;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.blocks.cs.TcpConnection;
import org.jgroups.blocks.cs.TcpConnectionNonBlocking;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.util.Util;
import org.smqcluster.threads.DaemonThreads;

/**
 * JGroups' TCP transport, connecting in the background. JGroups connects on the one thread that
 * sends to all members, and waits: a configured member whose machine is down would stop the
 * messages to all others for the connect time-out, every few seconds, for as long as it is looked
 * for. The stacks in {@code server-config/jgroups} name this class.
 */
public final class AsyncConnectTcp extends TCP {

  /**
   * Messages kept for one member while it is connected; what is beyond is sent again from above.
   */
  private static final int MAX_WAITING = 256;

  /**
   * For a connection with its TLS handshake. Without a bound, a machine that goes away meanwhile
   * would hold up what is for its address for hours.
   */
  private static final Executor OVERDUE = CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS);

  private final Map<Address, Queue<byte[]>> connecting = new ConcurrentHashMap<>();
  private volatile ExecutorService connector;
  private volatile boolean disconnected;

  /** Made by JGroups; its properties are those of TCP. */
  public AsyncConnectTcp() {
    id = ClassConfigurator.getProtocolId(TCP.class);
  }

  @Override
  public void start() throws Exception {
    connector = Executors.newCachedThreadPool(new DaemonThreads("smq-cluster-connect"));
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    connector.shutdownNow();
  }

  @Override
  protected void handleConnect() throws Exception {
    disconnected = false;
    super.handleConnect();
  }

  /** Closes connections that are being opened: the other side would keep them forever. */
  @Override
  protected void handleDisconnect() {
    disconnected = true;
    super.handleDisconnect();
  }

  @Override
  public void send(Address to, byte[] data, int offset, int length) throws Exception {
    if (disconnected) {
      return;
    }
    boolean connected =
        srv.connectionEstablishedTo(to) && !connecting.containsKey(to)
            || to.equals(srv.localAddress());
    if (connected || !keep(to, Arrays.copyOfRange(data, offset, offset + length))) {
      super.send(to, data, offset, length);
    }
  }

  /** Keeps a message for when the member is connected; false if it is by now. */
  private boolean keep(Address to, byte[] message) {
    boolean[] first = {false};
    Queue<byte[]> waiting =
        connecting.computeIfAbsent(
            to,
            address -> {
              first[0] = true;
              return new ArrayDeque<>();
            });
    synchronized (waiting) {
      if (connecting.get(to) != waiting) {
        return !srv.connectionEstablishedTo(to);
      }
      if (waiting.size() < MAX_WAITING) {
        waiting.add(message);
      }
    }
    if (first[0]) {
      try {
        connector.execute(() -> connectAndSend(to, waiting));
      } catch (RejectedExecutionException e) {
        connecting.remove(to);
      }
    }
    return true;
  }

  private void connectAndSend(Address to, Queue<byte[]> waiting) {
    try {
      if (!srv.connectionEstablishedTo(to)) {
        connect(to);
      }
      byte[] next = next(to, waiting);
      while (next != null && !disconnected) {
        super.send(to, next, 0, next.length);
        next = next(to, waiting);
      }
    } catch (Exception e) {
      log.trace("%s: not connected to %s: %s", local_addr, to, e);
    } finally {
      synchronized (waiting) {
        connecting.remove(to, waiting);
      }
    }
  }

  /** As JGroups does it, but not under the lock that connections to other members need. */
  private void connect(Address to) throws Exception {
    TcpConnection connection =
        non_blocking_sends
            ? new TcpConnectionNonBlocking(to, srv, max_send_queue)
            : new TcpConnection(to, srv);
    srv.replaceConnection(to, connection);
    try {
      OVERDUE.execute(() -> closeUnlessConnected(connection));
      connection.connect(to);
      srv.notifyConnectionEstablished(connection);
      connection.start();
      if (disconnected) {
        throw new IOException("disconnected");
      }
    } catch (Exception e) {
      srv.removeConnectionIfPresent(to, connection);
      Util.close(connection);
      throw e;
    }
  }

  private static void closeUnlessConnected(TcpConnection connection) {
    if (!connection.isConnected()) {
      Util.close(connection);
    }
  }

  private byte[] next(Address to, Queue<byte[]> waiting) {
    synchronized (waiting) {
      byte[] next = waiting.poll();
      if (next == null) {
        connecting.remove(to, waiting);
      }
      return next;
    }
  }
}
