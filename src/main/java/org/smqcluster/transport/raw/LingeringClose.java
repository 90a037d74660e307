package org.smqcluster.transport.raw;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that the peer gets the last words: a plain close resets the connection if
 * something unread has come, and a reset may overtake what was sent. Ends the output, drops what
 * still comes, and closes when the peer does, or after a second.
 */
@ChannelHandler.Sharable
final class LingeringClose extends ChannelInboundHandlerAdapter {

  static final String NAME = "lingering-close";
  static final LingeringClose INSTANCE = new LingeringClose();

  private static final long MAX_MILLIS = 1000;

  private LingeringClose() {}

  /** All is written: on the channel's event loop. */
  static void start(Channel channel) {
    if (!channel.isActive() || !(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      duplex.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(told -> duplex.shutdownOutput());
    }
    channel.config().setAutoRead(true);
    channel.eventLoop().schedule(() -> channel.close(), MAX_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
