package org.smqcluster.transport.raw;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.smqcluster.log.LimitedLog;

/**
 * Closes new connections at once while they may not stay. Sits in front of Netty's own handler of
 * new connections, on the event loop of the listening socket.
 */
final class AcceptHandler extends ChannelInboundHandlerAdapter {

  private final Predicate<InetAddress> admit;

  /**
   * @param admit asked for the peer of each connection that is accepted; must not block
   */
  AcceptHandler(Predicate<InetAddress> admit) {
    this.admit = admit;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    InetSocketAddress peer = ((SocketChannel) accepted).remoteAddress();
    if (peer != null && admit.test(BootstrapHandler.unmapped(peer.getAddress()))) {
      ctx.fireChannelRead(accepted);
    } else {
      ((Channel) accepted).unsafe().closeForcibly();
    }
  }

  /**
   * Hears of failed accepts, behind Netty's handler, which pauses for a second after each. Without
   * it, Netty logs each with a stack trace.
   */
  static final class Failures extends ChannelInboundHandlerAdapter {

    private static final LimitedLog LOG = new LimitedLog(AcceptHandler.class);

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.log(
          Level.WARNING,
          "Cannot accept connections at {0}: {1}. The node tries again every second.",
          ctx.channel().localAddress(),
          cause.toString());
    }
  }
}
