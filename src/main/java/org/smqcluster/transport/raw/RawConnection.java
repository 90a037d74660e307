package org.smqcluster.transport.raw;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.log.Causes;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/**
 * A client's connection after its bootstrap: packets to and from its session. The methods of {@link
 * Connection} are for any thread; all else runs on the connection's event loop.
 */
final class RawConnection extends ChannelInboundHandlerAdapter implements Connection, Runnable {

  static final String NAME = "smq";

  private static final String WHAT = "the end of a connection";
  private static final long MAX_FLUSH_MILLIS = 1000;

  private final Channel channel;
  private final RawFrameDecoder frames = new RawFrameDecoder();
  private Session session;
  private OutboxWriter writer;

  /** What had been read when the session was paused, or null. */
  private Queue<ByteBuf> unread;

  private volatile boolean paused;
  private volatile boolean closing;

  /** Whether what still comes is dropped; the event loop's own. */
  private boolean deaf;

  private boolean outputEnded;

  RawConnection(Channel channel) {
    this.channel = channel;
  }

  /** The broker has made the session; it may send at once. */
  void session(Session accepted) {
    session = accepted;
    writer = new OutboxWriter(channel, accepted.outbox());
  }

  // ---- reading

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    read((ByteBuf) message);
  }

  /** Takes bytes from the client; releases the buffer. */
  void read(ByteBuf in) {
    if (unread != null || !decode(in)) {
      if (unread == null) {
        unread = new ArrayDeque<>(2);
      }
      // its own size: what it was read into may be much larger
      unread.add(Unpooled.copiedBuffer(in));
      keepUnread();
    }
    in.release();
  }

  /** What a paused client has sent is charged to it, too. */
  private void keepUnread() {
    int bytes = frames.partialBytes();
    for (ByteBuf each : unread) {
      bytes += each.readableBytes();
    }
    session.partial(bytes);
  }

  /** Hands packets to the session; false if it was paused before the end. */
  private boolean decode(ByteBuf in) {
    try {
      while (!deaf) {
        if (paused && !closing && in.isReadable()) {
          return false;
        }
        EncodedPacket packet = frames.next(in);
        if (packet == null) {
          session.partial(frames.partialBytes());
          return true;
        }
        session.received(packet);
      }
    } catch (MalformedPacketException e) {
      session.rejected(e);
    } catch (RuntimeException | Error e) {
      InternalErrors.report("the handling of a packet", e);
      session.connectionLost(CloseReason.INTERNAL_ERROR, e.toString());
    }
    return true;
  }

  @Override
  public void pauseReading() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  @Override
  public void resumeReading() {
    paused = false;
    execute(this::readOn);
  }

  private void readOn() {
    while (unread != null && !paused) {
      ByteBuf in = unread.peek();
      if (!decode(in)) {
        keepUnread();
        return;
      }
      unread.remove().release();
      if (unread.isEmpty()) {
        unread = null;
      }
    }
    if (!paused) {
      channel.config().setAutoRead(true);
      if (paused) {
        // in between, another thread has paused it
        channel.config().setAutoRead(false);
      }
    }
  }

  // ---- writing

  @Override
  public void wake() {
    execute(this);
  }

  /** Writes what waits, then closes if that is due. */
  @Override
  public void run() {
    try {
      if (!writer.isWriting() && writer.drain(this) && closing && !outputEnded) {
        outputEnded = true;
        LingeringClose.start(channel);
      }
    } catch (RuntimeException | Error e) {
      // nothing wakes the writer again: the client would wait for ever
      InternalErrors.report("the writing to a client", e);
      channel.close();
    }
  }

  private void execute(Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      // the event loops have stopped, and the connection with them
      channel.close();
    }
  }

  // ---- ending

  @Override
  public void close(CloseReason reason) {
    execute(() -> startClosing(reason));
  }

  private void startClosing(CloseReason reason) {
    if (closing) {
      return;
    }
    closing = true;
    // a client that is let go may publish until it knows
    deaf = reason != CloseReason.DRAINING;
    InternalErrors.contain(
        WHAT,
        () -> session.connectionLost(reason, ""),
        deaf ? this::dropUnread : this::deliverUnread,
        this::flushAndClose);
  }

  private void flushAndClose() {
    if (channel.isActive()) {
      channel.eventLoop().schedule(() -> channel.close(), MAX_FLUSH_MILLIS, TimeUnit.MILLISECONDS);
      run();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    InternalErrors.contain(
        WHAT,
        this::deliverUnread,
        () -> session.connectionLost(CloseReason.CONNECTION_LOST, ""),
        () -> closing = true,
        () -> deaf = true,
        session::flushed);
  }

  /** What came before the end counts, even if its turn had not come. */
  private void deliverUnread() {
    paused = false;
    while (unread != null && !unread.isEmpty()) {
      ByteBuf in = unread.remove();
      try {
        decode(in);
      } finally {
        in.release();
      }
    }
    unread = null;
  }

  private void dropUnread() {
    if (unread != null) {
      unread.forEach(ByteBuf::release);
      unread = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      InternalErrors.report("the connection of a client", cause);
    }
    InternalErrors.contain(
        WHAT,
        () -> session.connectionLost(CloseReason.CONNECTION_LOST, Causes.reason(cause)),
        ctx::close);
  }
}
