package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A WebSocket upon a socket as a stream of bytes, as MQTT has it: what is written at once is a
 * binary message, and where a message begins says nothing to the reader.
 */
final class WebSocketLink implements LayerChannel {

  /** Bytes in a frame to the broker at most, and in the buffers. */
  private static final int MAX_LENGTH = 32 * 1024;

  private final SocketChannel socket;
  private final ByteBuffer received =
      ByteBuffer.allocateDirect(WebSocketFrame.HEAD + MAX_LENGTH).limit(0);
  private final ByteBuffer toSend =
      ByteBuffer.allocateDirect(WebSocketFrame.HEAD + MAX_LENGTH).limit(0);

  /** Bytes of the frame begun that have not come. */
  private int left;

  private WebSocketLink(SocketChannel socket) {
    this.socket = socket;
  }

  /** Connects and upgrades, to a broker that speaks this subprotocol, or none if it is empty. */
  static Link connect(int port, String path, String subprotocol) throws IOException {
    Link plain = Link.plain(port);
    String header = subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
    WebSocketFrame.upgrade(plain, path, header);
    return new Link(plain.socket(), new WebSocketLink(plain.socket()));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int before = target.position();
    while (target.hasRemaining()) {
      if (left > 0 && received.hasRemaining()) {
        int length = Math.min(left, Math.min(received.remaining(), target.remaining()));
        target.put(target.position(), received, received.position(), length);
        target.position(target.position() + length);
        received.position(received.position() + length);
        left -= length;
      } else if (left > 0 || !beginFrame()) {
        int got = target.position() > before ? 0 : fill();
        if (got <= 0) {
          return target.position() > before ? target.position() - before : got;
        }
      }
    }
    return target.position() - before;
  }

  /** Takes the head of a frame, if it is there. */
  private boolean beginFrame() throws IOException {
    int at = received.position();
    if (received.remaining() < 2) {
      return false;
    }
    int small = received.get(at + 1);
    int head = WebSocketFrame.headLength(small);
    if (small > WebSocketFrame.LENGTH_16 || (received.get(at) & WebSocketFrame.CONTROL) != 0) {
      throw new IOException("a frame that no broker sends to a benchmark");
    }
    if (received.remaining() < head) {
      return false;
    }
    left = small < WebSocketFrame.LENGTH_16 ? small : received.getShort(at + 2) & 0xFFFF;
    received.position(at + head);
    return true;
  }

  private int fill() throws IOException {
    received.compact();
    int got = socket.read(received);
    received.flip();
    return got;
  }

  /** Takes what can be sent, and at most a frame that cannot yet, see {@link #hasMore}. */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int before = source.position();
    while (send() && source.hasRemaining()) {
      int length = Math.min(source.remaining(), MAX_LENGTH);
      toSend.clear();
      // a mask of zeros: the broker takes it off as any other
      WebSocketFrame.putHead(toSend, length, 0);
      toSend.put(toSend.position(), source, source.position(), length);
      toSend.position(toSend.position() + length).flip();
      source.position(source.position() + length);
    }
    return source.position() - before;
  }

  /** Sends what was taken before; false if some must wait. */
  private boolean send() throws IOException {
    if (toSend.hasRemaining()) {
      socket.write(toSend);
    }
    return !toSend.hasRemaining();
  }

  @Override
  public boolean hasMore() {
    return toSend.hasRemaining();
  }

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
