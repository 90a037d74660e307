package org.smqcluster.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.smqcluster.client.BrokerConnection.Accepted;
import org.smqcluster.client.BrokerUri.Target;
import org.smqcluster.client.ClientOptions.Identity;
import org.smqcluster.client.ClientOptions.Link;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;

/** Makes connections: TCP, TLS, the transport's HTTP start, the handshake. Blocks while it does. */
final class Connector {

  private static final int INPUT_BUFFER = 16 * 1024;

  /** What the broker has to say: the TLS handshake, the HTTP answer, Init, Connack. */
  private static final int STEPS = 4;

  private final Link link;
  private final Identity identity;
  private final IntConsumer released;

  Connector(ClientOptions options, IntConsumer released) {
    this.link = options.link();
    this.identity = options.identity();
    this.released = released;
  }

  /**
   * Connects to one address. Each step may take the connect timeout; what the broker has to say,
   * four times as long in all.
   *
   * @param opened takes the socket before anything blocks, so that another thread can close it
   * @throws SmqException if the broker refuses the client
   * @throws IOException if there is no SMQ broker to be had there
   */
  BrokerConnection connect(Target target, Consumer<Socket> opened) throws IOException {
    int timeout = (int) link.connectTimeout().toMillis();
    BrokerUri uri = target.uri();
    Socket plain = new Socket();
    CompletableFuture<Void> inTime = new CompletableFuture<>();
    opened.accept(plain);
    Socket socket = plain;
    try {
      plain.setTcpNoDelay(true);
      plain.setKeepAlive(true);
      plain.connect(new InetSocketAddress(target.address(), uri.port()), timeout);
      plain.setSoTimeout(timeout);
      // the timeout of a read alone would let a broker drip its answers for hours
      inTime
          .orTimeout((long) timeout * STEPS, TimeUnit.MILLISECONDS)
          .whenComplete((done, late) -> closeIf(late != null, plain));
      if (uri.tls()) {
        socket = secure(plain, uri);
      }
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), INPUT_BUFFER);
      OutputStream out = socket.getOutputStream();
      Framing framing =
          uri.webSocket()
              ? WebSocketFraming.open(in, out, uri, link.headers())
              : RawFraming.open(in, out, uri, link.headers(), link.httpAnswer());
      Accepted accepted = introduce(in, out, framing);
      return new BrokerConnection(target, socket, in, framing, accepted, link, released);
    } catch (IOException | RuntimeException | Error e) {
      socket.close();
      if (inTime.isCompletedExceptionally()) {
        throw new SocketTimeoutException(
            "the broker did not accept the client within " + timeout * STEPS + " ms");
      }
      throw e;
    } finally {
      inTime.complete(null);
    }
  }

  private static void closeIf(boolean late, Socket socket) {
    try {
      if (late) {
        socket.close();
      }
    } catch (IOException alreadyGone) {
      // nothing is left to be released
    }
  }

  /**
   * Init, Connect and Connack: the first packets of a connection (SMQ section 3).
   *
   * @throws SmqException if the broker refuses it
   * @throws IOException if the connection fails, or the broker does not keep to the protocol
   */
  private Accepted introduce(InputStream in, OutputStream out, Framing framing) throws IOException {
    if (!(next(in, out, framing) instanceof Packet.Init init)) {
      throw new IOException("the broker's first packet is not Init");
    }
    byte[] credentials = identity.credentials().answer(init.seed(), init.address());
    Packet connect =
        new Packet.Connect(
            identity.maxPacket() == 0 ? 1 : 2,
            identity.maxPacket(),
            identity.uid(),
            credentials,
            identity.info());
    out.write(framing.frame(PacketEncoder.encode(connect)));
    out.flush();
    Packet answer = next(in, out, framing);
    if (answer instanceof Packet.Connack connack) {
      if (connack.code() != ConnackCode.ACCEPTED) {
        throw new SmqException(connack.code(), connack.reason());
      }
      return new Accepted(connack.etid(), init.address());
    }
    throw new IOException("the broker answered Connect with " + answer.type());
  }

  private static Packet next(InputStream in, OutputStream out, Framing framing) throws IOException {
    try {
      return PacketDecoder.decode(
          framing.read(
              in,
              frame -> {
                out.write(frame);
                out.flush();
              }));
    } catch (MalformedPacketException e) {
      throw new IOException("the broker sent a " + e.getMessage(), e);
    }
  }

  /** TLS over the socket; the certificate is checked against the URL's name, not the address. */
  private SSLSocket secure(Socket plain, BrokerUri uri) throws IOException {
    SSLSocket socket =
        (SSLSocket) context().getSocketFactory().createSocket(plain, uri.host(), uri.port(), true);
    if (link.verifyHost()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  private SSLContext context() throws IOException {
    try {
      return link.sslContext() != null ? link.sslContext() : SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("no TLS in this Java runtime", e);
    }
  }
}
