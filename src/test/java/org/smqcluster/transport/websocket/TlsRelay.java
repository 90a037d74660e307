package org.smqcluster.transport.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;

/**
 * A port without TLS in front of one with it; two threads a connection. Closed, it accepts no more
 * connections; those that are open end with one of their ends.
 */
final class TlsRelay implements AutoCloseable {

  /** Small, so that a peer that does not read soon blocks the server. */
  private static final int BUFFER = 16 * 1024;

  private final ServerSocket server;
  private final SSLContext tls;
  private final int target;

  /**
   * Starts to listen.
   *
   * @param tls trusts the target
   * @param target a port of 127.0.0.1
   */
  TlsRelay(SSLContext tls, int target) throws IOException {
    this.tls = tls;
    this.target = target;
    this.server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    start("tls-relay", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        relay(server.accept());
      } catch (IOException e) {
        // the relay is closed, or the target has closed the connection
      }
    }
  }

  private void relay(Socket plain) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(BUFFER);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(server.getInetAddress(), target));
    Socket secure = tls.getSocketFactory().createSocket(socket, "localhost", target, true);
    plain.setTcpNoDelay(true);
    plain.setSendBufferSize(BUFFER);
    start("tls-relay-out", () -> copy(plain, secure));
    start("tls-relay-in", () -> copy(secure, plain));
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[BUFFER];
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        out.write(bytes, 0, length);
      }
    } catch (IOException e) {
      // one end has closed
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
