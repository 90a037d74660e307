package org.smqcluster.transport.websocket;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import org.smqcluster.broker.spi.ConnectionInfo;

/**
 * The JSR-356 endpoint of a broker's URL; one instance a session. Public for the container alone.
 */
public final class SmqEndpoint extends Endpoint {

  private static final System.Logger LOG = System.getLogger(SmqEndpoint.class.getName());

  private final SessionOpener opener;
  private WebSocketConnection connection;

  SmqEndpoint(SessionOpener opener) {
    this.opener = opener;
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    // what belongs to the connection stays there, not in a map of the session
    ConnectionInfo info = (ConnectionInfo) session.getUserProperties().remove(Handshake.INFO);
    try {
      connection = opener.open(session, info);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onClose(Session session, CloseReason reason) {
    if (connection != null) {
      connection.closed(reason.getCloseCode() + " " + reason.getReasonPhrase());
    }
  }

  @Override
  public void onError(Session session, Throwable failure) {
    LOG.log(Level.DEBUG, "WebSocket failed", failure);
  }
}
