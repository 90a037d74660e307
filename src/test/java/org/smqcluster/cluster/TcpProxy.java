package org.smqcluster.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A line for TCP connections to one port. Each direction can be stopped, and can take its time; two
 * threads a direction and connection. Bytes are never lost, for TCP sends again what a network
 * loses: what is left of a loss is that everything behind it waits.
 */
final class TcpProxy implements AutoCloseable {

  private static final int SEGMENT = 1400;
  private static final int SEGMENTS_UNDER_WAY = 10_000;

  /** One direction of all connections. */
  static final class Direction {

    private boolean held;
    private volatile long delayMillis;
    private volatile long stallMillis;
    private volatile double stallsPerSegment;

    /** Lets nothing pass any more, or all again. */
    synchronized void hold(boolean on) {
      held = on;
      notifyAll();
    }

    /** What every segment needs, and how many need how much more, with all that are behind them. */
    void slow(long delay, double stalls, long stall) {
      delayMillis = delay;
      stallsPerSegment = stalls;
      stallMillis = stall;
    }

    private synchronized void pass() throws InterruptedException {
      while (held) {
        wait();
      }
    }

    private long arrival() {
      boolean stalls = ThreadLocalRandom.current().nextDouble() < stallsPerSegment;
      long millis = delayMillis + (stalls ? stallMillis : 0);
      return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  /** What has been read from one end and when it arrives at the other; null bytes for the end. */
  private record Segment(byte[] bytes, long arrival) {}

  private final InetSocketAddress target;
  private final ServerSocket server;
  private final Direction forward = new Direction();
  private final Direction backward = new Direction();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  /**
   * Starts to listen.
   *
   * @param target a port of 127.0.0.1
   */
  TcpProxy(String address, int port, int target) throws IOException {
    this(address, port, new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
  }

  /** Starts to listen, for connections to any address. */
  TcpProxy(String address, int port, InetSocketAddress target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(port, 50, InetAddress.getByName(address));
    start(this::accept);
  }

  /** From the connecting side to the other. */
  Direction forward() {
    return forward;
  }

  /** To the connecting side from the other. */
  Direction backward() {
    return backward;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        sockets.add(from);
        start(() -> connect(from));
      }
    } catch (IOException closed) {
      // no more connections
    }
  }

  private void connect(Socket from) {
    try {
      forward.pass();
      Socket to = new Socket(target.getAddress(), target.getPort());
      sockets.add(to);
      from.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      carry(from, to, forward);
      carry(to, from, backward);
    } catch (IOException | InterruptedException nobodyThere) {
      close(from);
    }
  }

  private static void carry(Socket from, Socket to, Direction direction) {
    BlockingQueue<Segment> line = new LinkedBlockingQueue<>(SEGMENTS_UNDER_WAY);
    start(() -> read(from, line, direction));
    start(() -> write(line, to, direction));
  }

  private static void read(Socket from, BlockingQueue<Segment> line, Direction direction) {
    byte[] buffer = new byte[SEGMENT];
    try {
      InputStream in = from.getInputStream();
      while (true) {
        direction.pass();
        int count = readOrEnd(in, buffer);
        byte[] bytes = count < 0 ? null : Arrays.copyOf(buffer, count);
        line.put(new Segment(bytes, direction.arrival()));
        if (bytes == null) {
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      close(from);
    }
  }

  private static int readOrEnd(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException reset) {
      return -1;
    }
  }

  private static void write(BlockingQueue<Segment> line, Socket to, Direction direction) {
    try {
      OutputStream out = to.getOutputStream();
      for (Segment next = line.take(); next.bytes() != null; next = line.take()) {
        TimeUnit.NANOSECONDS.sleep(next.arrival() - System.nanoTime());
        direction.pass();
        out.write(next.bytes());
      }
      direction.pass();
    } catch (IOException | InterruptedException e) {
      line.clear();
    }
    close(to);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Breaks all connections; new ones are carried. */
  void cut() {
    for (Socket each = sockets.poll(); each != null; each = sockets.poll()) {
      close(each);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
