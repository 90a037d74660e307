package org.smqcluster.transport.websocket.grizzly;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.glassfish.tyrus.core.RequestContext;
import org.glassfish.tyrus.core.TyrusUpgradeResponse;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.glassfish.tyrus.spi.Connection;
import org.glassfish.tyrus.spi.WebSocketEngine;
import org.glassfish.tyrus.spi.WebSocketEngine.UpgradeInfo;
import org.glassfish.tyrus.spi.WebSocketEngine.UpgradeStatus;
import org.glassfish.tyrus.spi.Writer;
import org.smqcluster.broker.spi.ConnectionInfo;

/**
 * A handshake that Tyrus has accepted, by the interface that it has for containers. Tyrus then has
 * the session, and neither reads nor writes.
 */
final class TyrusHandshake {

  private static final System.Logger LOG = System.getLogger(TyrusHandshake.class.getName());

  /** What Tyrus writes, a close frame behind the connection's end, is discarded. */
  private static final Writer NO_OUTPUT =
      new Writer() {
        @Override
        public void write(ByteBuffer bytes, CompletionHandler<ByteBuffer> completion) {
          completion.completed(bytes);
        }

        @Override
        public void close() {
          // nothing is open
        }
      };

  private final Map<String, List<String>> headers;
  private final UpgradeInfo upgrade;
  private final CompletableFuture<Connection> opened = new CompletableFuture<>();

  private TyrusHandshake(Map<String, List<String>> headers, UpgradeInfo upgrade) {
    this.headers = headers;
    this.upgrade = upgrade;
  }

  /** Shakes hands; empty if Tyrus refuses it, or fails by what a header has. */
  static Optional<TyrusHandshake> accept(
      WebSocketEngine engine, String uri, ConnectionInfo client) {
    RequestContext request =
        RequestContext.Builder.create()
            .requestURI(URI.create(uri))
            .secure(client.secure())
            .userPrincipal(client.principal().orElse(null))
            .build();
    request.getHeaders().putAll(client.headers());
    TyrusUpgradeResponse response = new TyrusUpgradeResponse();
    try {
      UpgradeInfo upgrade = engine.upgrade(request, response);
      return upgrade.getStatus() == UpgradeStatus.SUCCESS
          ? Optional.of(new TyrusHandshake(response.getHeaders(), upgrade))
          : Optional.empty();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "Tyrus cannot read a handshake", e);
      return Optional.empty();
    }
  }

  /** The headers of the answer. */
  Map<String, List<String>> headers() {
    return headers;
  }

  /**
   * Opens the session.
   *
   * @param close closes the connection
   */
  void open(Runnable close) {
    opened.complete(upgrade.createConnection(NO_OUTPUT, reason -> close.run()));
  }

  /** Tells Tyrus that the connection has ended, once the session has been opened. */
  void connectionEnded() {
    opened.thenAccept(session -> session.close(new CloseReason(CloseCodes.CLOSED_ABNORMALLY, "")));
  }
}
