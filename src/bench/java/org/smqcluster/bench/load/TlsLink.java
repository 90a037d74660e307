package org.smqcluster.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS upon a socket, for a broker with any certificate. */
final class TlsLink implements LayerChannel {

  private final SocketChannel socket;
  private final SSLEngine engine;
  private final ByteBuffer received;
  private final ByteBuffer plain;
  private final ByteBuffer toSend;

  private TlsLink(SocketChannel socket, SSLEngine engine) {
    this.socket = socket;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    received = ByteBuffer.allocateDirect(4 * packet);
    plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    toSend = ByteBuffer.allocateDirect(4 * packet).limit(0);
  }

  /** Connects and shakes hands. */
  static Link connect(int port) throws IOException {
    SocketChannel socket = Link.socket(port);
    SSLEngine engine = context().createSSLEngine();
    engine.setUseClientMode(true);
    TlsLink link = new TlsLink(socket, engine);
    link.handshake();
    return new Link(socket, link);
  }

  private static SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** The benchmark made the certificate itself, a moment ago. */
  private static final class TrustsAll implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // there are no clients here
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      // any certificate is accepted
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private void handshake() throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> {
          wrap(ByteBuffer.allocate(0));
          send();
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!unwrap() && fill() < 0) {
            throw new EOFException("closed by the broker within the TLS handshake");
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  /** Takes a record, if a whole one is there. */
  private boolean unwrap() throws IOException {
    received.flip();
    plain.clear();
    Status status = engine.unwrap(received, plain).getStatus();
    plain.flip();
    received.compact();
    if (status == Status.CLOSED) {
      throw new EOFException("closed by the broker");
    }
    return status == Status.OK;
  }

  private int fill() throws IOException {
    return socket.read(received);
  }

  /** Leaves a whole record behind only where {@code target} is full. */
  @Override
  public int read(ByteBuffer target) throws IOException {
    int before = target.position();
    while (true) {
      int length = Math.min(plain.remaining(), target.remaining());
      target.put(target.position(), plain, plain.position(), length);
      target.position(target.position() + length);
      plain.position(plain.position() + length);
      if (!target.hasRemaining()) {
        return target.position() - before;
      }
      if (!unwrap()) {
        int got = target.position() > before ? 0 : fill();
        if (got <= 0) {
          return target.position() > before ? target.position() - before : got;
        }
      }
    }
  }

  /** Takes what can be sent, and at most a record that cannot yet, see {@link #hasMore}. */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int before = source.position();
    while (send() && source.hasRemaining()) {
      wrap(source);
    }
    return source.position() - before;
  }

  private void wrap(ByteBuffer source) throws IOException {
    toSend.clear();
    engine.wrap(source, toSend);
    toSend.flip();
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
