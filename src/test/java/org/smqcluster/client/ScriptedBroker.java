package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ServerSocketFactory;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;

/**
 * A broker's side of a connection, played by the test line by line, so that a client can be shown
 * what a real broker does seldom or never. Waits are bounded by 5 s.
 */
final class ScriptedBroker implements AutoCloseable {

  static final int SEED = 0xCAFE1234;
  private static final int PATIENCE_MILLIS = 5_000;

  private final ServerSocket server;
  private final List<Peer> peers = new ArrayList<>();

  ScriptedBroker() {
    this(ServerSocketFactory.getDefault());
  }

  ScriptedBroker(ServerSocketFactory factory) {
    try {
      server = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      server.setSoTimeout(PATIENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ServerSocket socket() {
    return server;
  }

  int port() {
    return server.getLocalPort();
  }

  String url() {
    return url("smq");
  }

  String url(String scheme) {
    return scheme + "://127.0.0.1:" + port() + "/smq.lsp";
  }

  /** Takes the next connection and reads its HTTP request. */
  Peer accept() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(PATIENCE_MILLIS);
    Peer peer = new Peer(socket);
    peers.add(peer);
    peer.readRequest();
    return peer;
  }

  /** Takes the next connection and accepts it as an SMQ client with this ETID. */
  Peer acceptClient(int etid) throws IOException {
    Peer peer = accept();
    peer.openTransport();
    peer.sendInit();
    peer.expect(Packet.Connect.class);
    peer.send(new Packet.Connack(ConnackCode.ACCEPTED, etid, ""));
    return peer;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    peers.forEach(Peer::close);
  }

  /** One connection. */
  static final class Peer {

    private final Socket socket;
    private final BufferedInputStream in;
    private final List<String> request = new ArrayList<>();
    private boolean webSocket;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    private void readRequest() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          if (line.isEmpty()) {
            return;
          }
          request.add(line.toString());
          line.setLength(0);
        } else if (c != '\r') {
          line.append((char) c);
        }
      }
      throw new EOFException("closed within the request: " + request);
    }

    /** The lines of the HTTP request. */
    List<String> request() {
      return request;
    }

    private String header(String name) {
      return request.stream()
          .filter(line -> line.toLowerCase().startsWith(name.toLowerCase() + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }

    /** Answers the request as a broker does. */
    void openTransport() throws IOException {
      webSocket = header("Upgrade").equals("websocket");
      if (webSocket) {
        String accept = WebSocketFraming.acceptFor(header("Sec-WebSocket-Key"));
        sendText(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "sec-websocket-accept: "
                + accept
                + "\r\n\r\n");
      } else if (header("SendSmqHttpResponse").equals("true")) {
        sendText("HTTP/1.0 200 OK\r\nSmqBroker: true\r\n\r\n");
      }
    }

    void sendInit() throws IOException {
      send(new Packet.Init(SEED, "127.0.0.1"));
    }

    void send(Packet packet) throws IOException {
      EncodedPacket encoded = PacketEncoder.encode(packet);
      if (webSocket) {
        ByteBuffer frame = ByteBuffer.allocate(encoded.webSocketLength());
        encoded.putWebSocket(frame);
        sendBytes(frame.array());
      } else {
        sendBytes(encoded.raw());
      }
    }

    void sendText(String text) throws IOException {
      sendBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    void sendBytes(byte... bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /** Reads the next packet, which has to be of this type. */
    <T extends Packet> T expect(Class<T> type) throws IOException {
      Packet packet = read();
      assertEquals(type, packet.getClass(), () -> "got " + packet);
      return type.cast(packet);
    }

    /** Reads the next packet, which has to be this one. */
    void expect(Packet packet) throws IOException {
      assertEquals(packet, read());
    }

    /** Reads a publish with these ids and this payload. */
    void expectPublish(int tid, int ptid, int subtid, String payload) throws IOException {
      Packet.Publish publish = expect(Packet.Publish.class);
      assertEquals(
          tid + " " + ptid + " " + subtid + " " + payload,
          publish.tid()
              + " "
              + publish.ptid()
              + " "
              + publish.subtid()
              + " "
              + new String(publish.payload(), StandardCharsets.UTF_8));
    }

    private Packet read() throws IOException {
      try {
        byte[] message = webSocket ? readFrame(0x82) : readRaw();
        return PacketDecoder.decode(EncodedPacket.ofMessage(ByteBuffer.wrap(message)));
      } catch (MalformedPacketException e) {
        throw new AssertionError(e);
      }
    }

    private byte[] readRaw() throws IOException {
      return exactly((octet() << 8 | octet()) - 2);
    }

    /** Reads one masked frame with this first byte and gives back its payload. */
    byte[] readFrame(int head) throws IOException {
      assertEquals(head, octet());
      int size = octet();
      assertTrue((size & 0x80) != 0, "a client's frames are masked");
      int length = (size & 0x7F) < 126 ? size & 0x7F : octet() << 8 | octet();
      byte[] mask = exactly(4);
      byte[] payload = exactly(length);
      for (int i = 0; i < length; i++) {
        payload[i] ^= mask[i % 4];
      }
      return payload;
    }

    private int octet() throws IOException {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("the client closed the connection");
      }
      return octet;
    }

    private byte[] exactly(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("the client closed the connection within a packet");
      }
      return bytes;
    }

    /** Waits for the client to close the connection. */
    void expectEnd() throws IOException {
      try {
        assertEquals(-1, in.read());
      } catch (SocketException reset) {
        // an end as well
      }
    }

    InputStream input() {
      return in;
    }

    /** Ends the connection without a word. */
    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
