package org.smqcluster.transport.websocket.grizzly;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.glassfish.tyrus.spi.WebSocketEngine;
import org.smqcluster.broker.spi.ConnectionInfo;

/** Opens Tyrus' sessions on connections of the HTTP listeners. Any thread. */
final class SocketOpener {

  private final ThreadLocal<GrizzlySocket> opening = new ThreadLocal<>();
  private final BufferPool buffers = new BufferPool(BufferPool.FRAMES);
  private final BufferPool records = new BufferPool(BufferPool.RECORDS);
  private final WebSocketEngine engine;
  private final Executor pool;
  private final ScheduledExecutorService timer;

  /**
   * @param pool runs what no other thread does; nothing that blocks
   * @param timer runs short tasks that do not block
   */
  SocketOpener(WebSocketEngine engine, Executor pool, ScheduledExecutorService timer) {
    this.engine = engine;
    this.pool = pool;
    this.timer = timer;
  }

  /** Shakes hands; empty if Tyrus refuses it. */
  Optional<TyrusHandshake> accept(String uri, ConnectionInfo client) {
    return TyrusHandshake.accept(engine, uri, client);
  }

  /**
   * Opens the session of a connection, which then carries frames alone.
   *
   * @param answer to the handshake; null if it has been given to Grizzly
   */
  void open(HttpConnection connection, TyrusHandshake handshake, ByteBuffer answer) {
    GrizzlySocket socket =
        new GrizzlySocket(
            connection.connection(),
            new SocketOutput(connection.connection(), records),
            buffers,
            pool,
            timer,
            handshake::connectionEnded);
    if (answer != null) {
      socket.answer(answer);
    }
    opening.set(socket);
    try {
      handshake.open(socket::end);
    } finally {
      opening.remove();
    }
    connection.takenOverBy(socket);
  }

  /** The socket whose session this thread is opening. */
  Optional<GrizzlySocket> current() {
    return Optional.ofNullable(opening.get());
  }
}
