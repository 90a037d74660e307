package org.smqcluster.transport.raw;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.broker.spi.Transport;

/**
 * The first bytes of a connection: the HTTP request that starts the raw transport (SMQ section 1).
 * Bounded in bytes and time. Makes way for a {@link RawConnection}, or answers as a web server
 * would and closes. Runs on the connection's event loop.
 */
final class BootstrapHandler extends ChannelInboundHandlerAdapter {

  static final int MAX_HEAD = 8 * 1024;

  private static final int FIRST_CAPACITY = 256;
  private static final byte[] ACCEPTED =
      "HTTP/1.1 200 OK\r\nSmqBroker: true\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final RawPortSettings settings;
  private final Function<String, SessionAcceptor> brokers;
  private final HeadBudget heads;
  private byte[] head = new byte[FIRST_CAPACITY];
  private int size;
  private int lineLength;
  private ScheduledFuture<?> timeout;

  BootstrapHandler(
      RawPortSettings settings, Function<String, SessionAcceptor> brokers, HeadBudget heads) {
    this.heads = heads;
    this.settings = settings;
    this.brokers = brokers;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> refuse(ctx, "408 Request Timeout", "No complete request in time."),
                settings.bootstrapTime().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timeout.cancel(false);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // a peer that closes in between is none of its causes
    if (event instanceof SslHandshakeCompletionEvent end && end.cause() instanceof SSLException) {
      RefusedStarts.refused(ctx.channel(), "TLS, " + end.cause().getMessage());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // reset by the peer, or no TLS: no answer would arrive
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable()) {
        if (size == MAX_HEAD) {
          refuse(ctx, "431 Request Header Fields Too Large", "The header is too long.");
          return;
        }
        if (size == head.length && !grow()) {
          refuse(ctx, "503 Service Unavailable", "Too many long requests at once, try again.");
          return;
        }
        if (add(in.readByte())) {
          complete(ctx, in);
          return;
        }
      }
    } finally {
      in.release();
    }
  }

  private boolean grow() {
    boolean taken = heads.take(size);
    if (taken) {
      head = Arrays.copyOf(head, size * 2);
    }
    return taken;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    heads.give(head.length - FIRST_CAPACITY);
  }

  /** Adds a byte; true if it ends the head. */
  private boolean add(byte b) {
    head[size++] = b;
    if (b == '\n') {
      boolean empty = lineLength == 0;
      lineLength = 0;
      return empty;
    }
    if (b != '\r') {
      lineLength++;
    }
    return false;
  }

  private void complete(ChannelHandlerContext ctx, ByteBuf rest) {
    BootstrapRequest request = BootstrapRequest.parse(head, size);
    if (request == null) {
      refuse(ctx, "400 Bad Request", "This is not an HTTP/1 request.");
      return;
    }
    SessionAcceptor broker = brokers.apply(request.path());
    if (broker == null) {
      refuse(ctx, "404 Not Found", "There is no SMQ broker with this path.");
    } else if (request.has(BootstrapRequest.UPGRADE)) {
      refuse(
          ctx,
          "400 Bad Request",
          "This port speaks SMQ's raw transport; WebSocket is on the HTTP port: "
              + settings.httpUrl());
    } else if (!request.isSmq()) {
      answer(ctx, "200 OK", "text/html", BrowserHint.welcome(request.path(), settings.httpUrl()));
    } else if (broker.isDraining() && request.wantsAnswer()) {
      // a client that reads no HTTP answer is told by Connack
      refuse(ctx, "503 Service Unavailable", "This node is draining; connect to another.");
    } else {
      start(ctx, request, broker, rest);
    }
  }

  private void start(
      ChannelHandlerContext ctx, BootstrapRequest request, SessionAcceptor broker, ByteBuf rest) {
    timeout.cancel(false);
    StartLimit.started(ctx.channel());
    RawConnection connection = new RawConnection(ctx.channel());
    ctx.pipeline().replace(this, RawConnection.NAME, connection);
    if (request.wantsAnswer()) {
      ctx.channel().write(Unpooled.wrappedBuffer(ACCEPTED));
      if (ctx.pipeline().get(SslHandler.class) != null) {
        // a TLS record of its own: HTTP libraries read ahead to a record's end, and clients that
        // start with one would lose Init with it; without TLS it leaves together with Init
        ctx.channel().flush();
      }
    }
    broker.accept(connection, connectionInfo(ctx, request), connection::session);
    connection.read(rest.retain());
  }

  private static ConnectionInfo connectionInfo(
      ChannelHandlerContext ctx, BootstrapRequest request) {
    InetSocketAddress remote = ProxyHeaderHandler.clientOf(ctx.channel());
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    return new ConnectionInfo(
        Transport.RAW,
        unmapped(remote.getAddress()),
        remote.getPort(),
        request.path(),
        request.headers(),
        Optional.empty(),
        tls == null ? List.of() : certificates(tls),
        tls != null);
  }

  /** An IPv4 address that came as {@code ::ffff:a.b.c.d} is an IPv4 address. */
  static InetAddress unmapped(InetAddress address) {
    try {
      return address.isLinkLocalAddress()
          ? address
          : InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }

  private static List<X509Certificate> certificates(SslHandler tls) {
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      // the client showed none, and none is required
      return List.of();
    }
  }

  private void refuse(ChannelHandlerContext ctx, String status, String text) {
    RefusedStarts.refused(ctx.channel(), status + ", " + text);
    answer(ctx, status, "text/plain", text + "\n");
  }

  private void answer(ChannelHandlerContext ctx, String status, String type, String body) {
    timeout.cancel(false);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String header =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: "
            + type
            + "; charset=utf-8\r\nContent-Length: "
            + bytes.length
            + "\r\nConnection: close\r\n\r\n";
    ctx.pipeline().replace(this, LingeringClose.NAME, LingeringClose.INSTANCE);
    ctx.channel()
        .writeAndFlush(Unpooled.wrappedBuffer(header.getBytes(StandardCharsets.US_ASCII), bytes))
        .addListener((ChannelFutureListener) done -> LingeringClose.start(done.channel()));
  }
}
