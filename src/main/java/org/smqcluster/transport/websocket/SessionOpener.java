package org.smqcluster.transport.websocket;

import jakarta.websocket.Session;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.protocol.ProtocolLimits;

/** Connects new sessions to a broker, by their sockets where those are ours. Any thread. */
final class SessionOpener {

  private final SessionAcceptor broker;
  private final Executor pool;
  private final ScheduledExecutorService timer;

  /**
   * Makes an opener.
   *
   * @param pool writes and reads where no thread of the server does
   * @param timer runs short tasks that do not block
   */
  SessionOpener(SessionAcceptor broker, Executor pool, ScheduledExecutorService timer) {
    this.broker = broker;
    this.pool = pool;
    this.timer = timer;
  }

  /** Opens a session's connection, in the call that opens the session. */
  WebSocketConnection open(Session session, ConnectionInfo info) throws IOException {
    WebSocketConnection connection = new WebSocketConnection(broker, timer);
    RawSocket socket = RawSocket.opening();
    if (socket != null) {
      connection.open(info, socket, socket.open(connection), pool);
    } else {
      // fragments are put together up to this; longer whole messages come to us
      session.setMaxBinaryMessageBufferSize(ProtocolLimits.MAX_MESSAGE);
      session.setMaxTextMessageBufferSize(ProtocolLimits.MAX_MESSAGE);
      StandardReader reader = new StandardReader(connection);
      reader.install(session);
      connection.open(info, new StandardSink(session), reader, pool);
    }
    return connection;
  }
}
