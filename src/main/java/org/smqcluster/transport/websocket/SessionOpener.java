package org.smqcluster.transport.websocket;

import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.smqcluster.broker.Broker;
import org.smqcluster.broker.ConnectionInfo;
import org.smqcluster.protocol.ProtocolLimits;

/** Connects new sessions to a broker, by Tyrus' inside where it can be reached. Any thread. */
final class SessionOpener {

  private static final System.Logger LOG = System.getLogger(SessionOpener.class.getName());

  private final Broker broker;
  private final TyrusInternals internals;
  private final BufferPool buffers;
  private final Executor pool;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Makes an opener.
   *
   * @param internals Tyrus' inside; null to use the standard API alone
   * @param pool writes and reads where no thread of the server does
   * @param timer runs short tasks that do not block
   */
  SessionOpener(
      Broker broker,
      TyrusInternals internals,
      BufferPool buffers,
      Executor pool,
      ScheduledExecutorService timer) {
    this.broker = broker;
    this.internals = internals;
    this.buffers = buffers;
    this.pool = pool;
    this.timer = timer;
  }

  /** Opens a session's connection, in the call that opens the session. */
  WebSocketConnection open(Session session, ConnectionInfo info) {
    // the broker has its own idea of idle clients
    session.setMaxIdleTimeout(0);
    WebSocketConnection connection = new WebSocketConnection(session, broker, timer);
    if (internals == null || !openRaw(session, info, connection)) {
      openStandard(session, info, connection);
    }
    return connection;
  }

  private boolean openRaw(Session session, ConnectionInfo info, WebSocketConnection connection) {
    try {
      TyrusLink link = internals.link(session);
      LingeringWriter closing = new LingeringWriter(link, timer);
      TyrusReader reader = new TyrusReader(link, connection, closing::peerDone, pool);
      link.writeThrough(closing);
      reader.install();
      connection.open(info, new TyrusSink(link, buffers, closing), reader, pool);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException | ClassCastException e) {
      if (warned.compareAndSet(false, true)) {
        LOG.log(Level.WARNING, "Cannot reach the inside of a WebSocket: using the standard API", e);
      }
      return false;
    }
  }

  private void openStandard(Session session, ConnectionInfo info, WebSocketConnection connection) {
    session.setMaxBinaryMessageBufferSize(ProtocolLimits.MAX_MESSAGE);
    session.setMaxTextMessageBufferSize(ProtocolLimits.MAX_MESSAGE);
    StandardReader reader = new StandardReader(connection);
    reader.install(session);
    connection.open(info, new StandardSink(session), reader, pool);
  }
}
