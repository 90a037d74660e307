package org.smqcluster.transport.websocket;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A WebSocket client on bytes, so that it can do what no library would. Not thread-safe. */
public final class WebSocketPeer implements AutoCloseable {

  /** A frame from the server. */
  public record Frame(int opcode, byte[] payload) {

    public int closeCode() {
      return payload.length < 2 ? FrameListener.NO_CODE : ByteBuffer.wrap(payload).getShort();
    }

    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  static final int PUBLISH = 8;
  static final int DISCONNECT = 11;

  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final String head;
  private int etid;

  /** Shakes hands; the first bytes go out in the same segment. */
  WebSocketPeer(int port, byte[] firstBytes, String... headers) throws IOException {
    this("127.0.0.1", port, firstBytes, headers);
  }

  /** The same from an address of this machine. */
  WebSocketPeer(String from, int port, byte[] firstBytes, String... headers) throws IOException {
    socket.bind(new InetSocketAddress(from, 0));
    socket.setTcpNoDelay(true);
    socket.setReceiveBufferSize(16 * 1024);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    String request = handshake("/smq.lsp", "127.0.0.1:" + port, headers);
    send(Frames.concat(request.getBytes(StandardCharsets.US_ASCII), firstBytes));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.readUnsignedByte());
    }
    head = answer.toString();
  }

  /** The head of a whole handshake. */
  static String handshake(String path, String host, String... headers) {
    return """
        GET %s HTTP/1.1\r
        Host: %s\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        """
            .formatted(path, host)
        + String.join("", List.of(headers).stream().map(line -> line + "\r\n").toList())
        + "\r\n";
  }

  /** A client that is connected to the broker. */
  public static WebSocketPeer connected(int port) throws IOException {
    return connected(port, UUID.randomUUID().toString());
  }

  public static WebSocketPeer connected(int port, String uid, String... headers)
      throws IOException {
    WebSocketPeer peer = new WebSocketPeer(port, new byte[0], headers);
    peer.next();
    peer.send(Frames.message(connect(uid)));
    peer.etid = ByteBuffer.wrap(peer.next().payload()).getInt(2);
    return peer;
  }

  /** A Connect packet. */
  public static byte[] connect(String uid) {
    byte[] bytes = uid.getBytes(StandardCharsets.US_ASCII);
    return Frames.concat(new byte[] {2, 1, (byte) bytes.length}, bytes, new byte[] {0});
  }

  /** The headers of the server's answer. */
  String head() {
    return head;
  }

  /** Subscribes and gives the topic's TID. */
  public int subscribe(String topic) throws IOException {
    send(Frames.message(("\u0004" + topic).getBytes(StandardCharsets.US_ASCII)));
    return ByteBuffer.wrap(next().payload()).getInt(2);
  }

  /** A Publish packet of this client. */
  public byte[] publish(int tid, byte[] payload) {
    return ByteBuffer.allocate(13 + payload.length)
        .put((byte) PUBLISH)
        .putInt(tid)
        .putInt(etid)
        .putInt(0)
        .put(payload)
        .array();
  }

  int etid() {
    return etid;
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next frame. */
  public Frame next() throws IOException {
    int opcode = in.readUnsignedByte() & 0xF;
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(opcode, payload);
  }

  /** All frames up to the end of the connection. */
  List<Frame> rest() throws IOException {
    List<Frame> frames = new ArrayList<>();
    try {
      while (true) {
        frames.add(next());
      }
    } catch (EOFException e) {
      return frames;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
