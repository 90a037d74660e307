package org.smqcluster.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A connection's bytes: blocking until {@link #register}, then not. One thread reads, one writes.
 *
 * @param socket what is selected
 * @param bytes what is read and written, the socket itself or a layer upon it
 */
record Link(SocketChannel socket, ByteChannel bytes) {

  static Link plain(int port) throws IOException {
    SocketChannel socket = socket(port);
    return new Link(socket, socket);
  }

  static SocketChannel socket(int port) throws IOException {
    SocketChannel socket =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return socket;
  }

  /** Reads this many bytes. */
  byte[] read(int length) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(length);
    while (in.hasRemaining()) {
      if (bytes.read(in) < 0) {
        throw new EOFException("closed by the broker");
      }
    }
    return in.array();
  }

  /** Writes all of it. */
  void write(byte[] out) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(out);
    while (left.hasRemaining()) {
      bytes.write(left);
    }
  }

  /** Writes what can be written now; true if nothing is left. */
  boolean flush(ByteBuffer out) throws IOException {
    bytes.write(out);
    return !out.hasRemaining() && !(bytes instanceof LayerChannel layer && layer.hasMore());
  }

  SelectionKey register(Selector selector, Object attachment) throws IOException {
    socket.configureBlocking(false);
    return socket.register(selector, SelectionKey.OP_READ, attachment);
  }
}
