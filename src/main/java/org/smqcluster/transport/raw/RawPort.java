package org.smqcluster.transport.raw;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.protocol.AddressText;
import org.smqcluster.security.TrustedProxies;

/**
 * A TCP port for clients that speak the raw transport (SMQ section 1), with TLS or without. Accepts
 * connections; what happens on them is {@link BootstrapHandler}'s and then {@link RawConnection}'s.
 * Thread-safe.
 */
public final class RawPort implements AutoCloseable {

  private static final int MIN_READ = 256;
  private static final int FIRST_READ = 512;
  private static final int MAX_READ = 64 * 1024;

  /**
   * Reads of one connection before the others of its event loop get their turn. With Netty's
   * default of 16, two hundred clients that flood the node hold up a new one for seconds.
   */
  private static final int READS_IN_A_ROW = 1;

  /**
   * Connections that are accepted before the others of the event loop get their turn. With Netty's
   * default of one, clients that flood the node hold up each of the new ones.
   */
  private static final int ACCEPTS_IN_A_ROW = 64;

  /**
   * Bytes that the system may hold unsent for a client. What waits beyond waits in the outbox,
   * where it is bounded and counted, and where one sees soon that a client does not read.
   */
  private static final long MAX_UNSENT = 128 * 1024;

  private final Channel server;

  private RawPort(Channel server) {
    this.server = server;
  }

  /**
   * Opens a port without encryption.
   *
   * @param brokers the broker with this path, or null
   * @throws IOException if the address cannot be bound
   */
  public static RawPort open(
      RawPortSettings settings, EventLoops loops, Function<String, SessionAcceptor> brokers)
      throws IOException {
    return open(settings, loops, brokers, null, TrustedProxies.NONE, peer -> true);
  }

  /**
   * Opens a port.
   *
   * @param brokers the broker with this path, or null
   * @param tls asked at each connection, so that certificates can change while the port is open;
   *     null for a port without encryption
   * @param proxies tell the clients of connections that they pass on
   * @param admit asked for the peer of each connection that is accepted: if not, it is closed at
   *     once; must not block
   * @throws IOException if the address cannot be bound
   */
  public static RawPort open(
      RawPortSettings settings,
      EventLoops loops,
      Function<String, SessionAcceptor> brokers,
      Supplier<SslContext> tls,
      TrustedProxies proxies,
      Predicate<InetAddress> admit)
      throws IOException {
    HeadBudget heads = HeadBudget.ofHeap();
    StartLimit starts = new StartLimit(settings.startsPerAddress());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, settings.backlog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new ServerChannelRecvByteBufAllocator()
                    // Netty would compare the accepted descriptor with a number of bytes
                    .respectMaybeMoreData(false)
                    .maxMessagesPerRead(ACCEPTS_IN_A_ROW))
            .handler(new AcceptHandler(admit))
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ)
                    .maxMessagesPerRead(READS_IN_A_ROW))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    InetAddress peer =
                        BootstrapHandler.unmapped(channel.remoteAddress().getAddress());
                    if (proxies.speakProxyProtocol(peer)) {
                      ProxyHeaderHandler.install(channel, proxies);
                    } else if (settings.rates().holdFor(peer) && !starts.begin(channel, peer)) {
                      channel.close();
                      return;
                    }
                    if (tls != null) {
                      SslHandler handler = tls.get().newHandler(channel.alloc());
                      handler.setHandshakeTimeoutMillis(settings.bootstrapTime().toMillis());
                      channel.pipeline().addLast(handler);
                    }
                    channel.pipeline().addLast(new BootstrapHandler(settings, brokers, heads));
                  }
                });
    if (loops.isNative()) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, MAX_UNSENT);
    }
    ChannelFuture bound = bootstrap.bind(settings.address()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      // without the cause, whose message names no address: it would be the node's last words
      throw new IOException(
          "Cannot listen on "
              + AddressText.of(settings.address())
              + ": "
              + bound.cause().getMessage());
    }
    // behind Netty's own handler, which is there when the port is bound
    bound.channel().pipeline().addLast(new AcceptHandler.Failures());
    return new RawPort(bound.channel());
  }

  /** Where the port listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Takes no more connections; those that are open stay. */
  @Override
  public void close() {
    server.close().awaitUninterruptibly();
  }
}
