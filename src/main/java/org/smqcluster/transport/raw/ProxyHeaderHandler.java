package org.smqcluster.transport.raw;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.smqcluster.config.IpAddresses;
import org.smqcluster.security.TrustedProxies;

/**
 * Takes the client's address from the PROXY header, version 1 or 2, with which a trusted proxy
 * begins a connection, before TLS and the HTTP request. {@link BootstrapHandler} bounds the time;
 * the decoder keeps no more than the header's bytes. Runs on the connection's event loop.
 */
final class ProxyHeaderHandler extends SimpleChannelInboundHandler<HAProxyMessage> {

  /** Bytes of what a header of version 2 may tell beside the addresses. */
  private static final int MAX_EXTENSIONS = 1024;

  private static final AttributeKey<InetSocketAddress> CLIENT =
      AttributeKey.valueOf(ProxyHeaderHandler.class, "client");

  private final TrustedProxies proxies;
  private boolean refused;

  private ProxyHeaderHandler(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  /** Expects a header at the beginning of a new connection. */
  static void install(Channel channel, TrustedProxies proxies) {
    channel
        .pipeline()
        .addLast(new HAProxyMessageDecoder(MAX_EXTENSIONS, true))
        .addLast(new ProxyHeaderHandler(proxies));
  }

  /** The address of a connection's client: the peer's, or what the proxy tells. */
  static InetSocketAddress clientOf(Channel channel) {
    InetSocketAddress told = channel.attr(CLIENT).get();
    return told == null ? (InetSocketAddress) channel.remoteAddress() : told;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
    Optional<InetAddress> client =
        Optional.ofNullable(header.sourceAddress()).flatMap(IpAddresses::parse);
    if (client.isPresent()) {
      ctx.channel().attr(CLIENT).set(new InetSocketAddress(client.get(), header.sourcePort()));
    } else if (header.command() == HAProxyCommand.PROXY) {
      refuse(ctx, "the PROXY header tells no IP address");
      return;
    }
    // else a connection of the proxy's own, to see whether this node lives
    ctx.pipeline().remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException) {
      refuse(ctx, "no PROXY header: " + cause.getMessage());
    } else {
      // reset by the peer
      ctx.close();
    }
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    if (refused) {
      // what came behind it is looked at when the connection ends
      return;
    }
    refused = true;
    proxies.countRefused(((InetSocketAddress) ctx.channel().remoteAddress()).getAddress(), why);
    ctx.close();
  }
}
