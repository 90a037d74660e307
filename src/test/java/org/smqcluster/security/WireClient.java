package org.smqcluster.security;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;

/** A client of the raw transport that shows each packet as it came. One thread at a time. */
final class WireClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 15_000;
  private static final AtomicInteger UIDS = new AtomicInteger();

  private final Socket socket;
  private final DataInputStream in;
  private Packet.Init init;
  private Packet.Connack connack;

  private WireClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Opens a connection up to Init. */
  static WireClient open(int port) throws IOException {
    return open("127.0.0.1", port);
  }

  /** Opens a connection from this loopback address. */
  static WireClient open(String from, int port) throws IOException {
    return bootstrap(connected(from, port));
  }

  /** Opens a connection whose HTTP request has this token. */
  static WireClient openWithToken(String token, int port) throws IOException {
    return bootstrap(connected("127.0.0.1", port), "Authorization: Bearer " + token + "\r\n");
  }

  /** Opens a connection with TLS, of this version where it is not null. */
  static WireClient openTls(SSLContext context, String version, int port) throws IOException {
    Socket plain = connected("127.0.0.1", port);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
    if (version != null) {
      socket.setEnabledProtocols(new String[] {version});
    }
    socket.startHandshake();
    return bootstrap(socket);
  }

  private static Socket connected(String from, int port) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    return socket;
  }

  private static WireClient bootstrap(Socket socket) throws IOException {
    return bootstrap(socket, "");
  }

  private static WireClient bootstrap(Socket socket, String header) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n" + header + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    WireClient client = new WireClient(socket);
    client.init = (Packet.Init) client.next();
    return client;
  }

  /** Connects with a UID of its own. */
  WireClient connect(String credentials) throws IOException {
    return connect("uid-of-wire-" + UIDS.incrementAndGet(), credentials);
  }

  /** Sends Connect and waits for the Connack. */
  WireClient connect(String uid, String credentials) throws IOException {
    send(Packet.Connect.version1(uid, credentials.getBytes(StandardCharsets.UTF_8), "test"));
    connack = (Packet.Connack) next();
    return this;
  }

  /** Connects with the answer to the challenge. */
  WireClient connect(String user, UserKey.Challenge key) throws IOException {
    return connect("uid-of-wire-" + UIDS.incrementAndGet(), user, key);
  }

  /** As {@link #connect(String, UserKey.Challenge)}, with this UID. */
  WireClient connect(String uid, String user, UserKey.Challenge key) throws IOException {
    byte[] answer = key.answer(init.seed(), init.address());
    return connect(uid, user + ":" + HexFormat.of().formatHex(answer));
  }

  Packet.Connack connack() {
    return connack;
  }

  /** The Connack of a broker that refuses before it is asked; null if it waits for Connect. */
  Packet.Connack refusal() throws IOException {
    connect("12345", "");
    return connack.code() == ConnackCode.UNACCEPTABLE_VERSION ? null : connack;
  }

  /** The number of the Connack's code. */
  int code() {
    return connack.code().ordinal();
  }

  int etid() {
    return connack.etid();
  }

  void send(Packet packet) throws IOException {
    socket.getOutputStream().write(PacketEncoder.encode(packet).raw());
  }

  /** Subscribes and waits for the answer. */
  Packet.Suback subscribe(String topic) throws IOException {
    send(new Packet.Subscribe(topic));
    return (Packet.Suback) next();
  }

  /** Creates a topic and waits for the answer. */
  Packet.Createack create(String topic) throws IOException {
    send(new Packet.Create(topic));
    return (Packet.Createack) next();
  }

  void publish(int to, String text) throws IOException {
    send(Packet.Publish.of(to, etid(), 0, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The broker has handled all that was sent before. */
  void settle() throws IOException {
    send(new Packet.Ping());
    Packet answer = next();
    if (!(answer instanceof Packet.Pong)) {
      throw new AssertionError("a Pong was due, not " + answer);
    }
  }

  /** The next packet. */
  Packet next() throws IOException {
    try {
      int length = in.readUnsignedShort();
      byte[] raw = new byte[length];
      raw[0] = (byte) (length >>> 8);
      raw[1] = (byte) length;
      in.readFully(raw, 2, length - 2);
      return PacketDecoder.decode(EncodedPacket.ofRaw(raw));
    } catch (MalformedPacketException e) {
      throw new IOException(e);
    }
  }

  /** The text of the next packet, which must be a message. */
  String nextText() throws IOException {
    byte[] raw = ((Packet.Publish) next()).encoded().raw();
    int header = 3 + 12;
    return new String(raw, header, raw.length - header, StandardCharsets.UTF_8);
  }

  /** Waits until the broker has closed the connection; packets before that are lost. */
  void awaitClosed() throws IOException {
    try {
      while (true) {
        next();
      }
    } catch (EOFException | SocketException e) {
      // closed
    }
  }

  /** The certificate that the broker showed. */
  X509Certificate brokerCertificate() throws IOException {
    return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
