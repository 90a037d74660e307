package org.smqcluster.transport.websocket.grizzly;

import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;

/**
 * Leads what is read from a connection past HTTP once a {@link GrizzlySocket} has taken it over.
 * Runs on the connection's selector thread then, one event at a time.
 */
final class FrameFilter extends BaseFilter {

  private final HttpConnections connections;

  FrameFilter(HttpConnections connections) {
    this.connections = connections;
  }

  @Override
  public NextAction handleAccept(FilterChainContext ctx) {
    connections.add(ctx.getConnection());
    return ctx.getInvokeAction();
  }

  @Override
  public NextAction handleRead(FilterChainContext ctx) {
    GrizzlySocket socket = HttpConnection.socketOf(ctx.getConnection());
    if (socket != null) {
      return read(ctx, socket);
    }
    HttpConnection connection = HttpConnection.of(ctx.getConnection());
    if (connection != null) {
      connection.receiving();
    }
    return ctx.getInvokeAction();
  }

  /** Hands a buffer to the socket; while it is paused, the connection is not read. */
  NextAction read(FilterChainContext ctx, GrizzlySocket socket) {
    return ApplicationLoader.call(() -> readBuffer(ctx, socket));
  }

  private static NextAction readBuffer(FilterChainContext ctx, GrizzlySocket socket) {
    FrameInput input = socket.input();
    Buffer buffer = ctx.getMessage();
    boolean taken;
    if (buffer.hasArray()) {
      int from = buffer.arrayOffset() + buffer.position();
      taken = input.read(buffer.array(), from, from + buffer.remaining());
    } else {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      taken = input.read(bytes, 0, bytes.length);
    }
    buffer.tryDispose();
    if (taken) {
      return ctx.getStopAction();
    }
    NextAction stop = ctx.getStopAction();
    NextAction suspend = ctx.getSuspendAction();
    ctx.suspend();
    input.park(() -> ctx.resume(stop));
    return suspend;
  }

  @Override
  public NextAction handleClose(FilterChainContext ctx) {
    Connection<?> closed = ctx.getConnection();
    HttpConnection connection = HttpConnection.of(closed);
    if (connection != null) {
      connections.remove(connection);
      GrizzlySocket socket = HttpConnection.socketOf(closed);
      connection.forget();
      if (socket != null) {
        socket.end();
      }
    }
    return ctx.getInvokeAction();
  }
}
