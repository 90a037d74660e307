package org.smqcluster.transport.websocket;

import jakarta.websocket.Endpoint;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.ConnectionInfo;

/**
 * Carries what the HTTP request tells about a client from the filter, which sees all of it, to the
 * session, and agrees to no subprotocol and no extension: a compressed frame could not be shared by
 * its receivers.
 */
public final class EndpointConfigurator extends ServerEndpointConfig.Configurator {

  /** Where the session finds the {@link ConnectionInfo} in its user properties. */
  static final String INFO = ConnectionInfo.class.getName();

  private static final ThreadLocal<ConnectionInfo> CURRENT = new ThreadLocal<>();

  private final Supplier<? extends Endpoint> endpoints;

  EndpointConfigurator(Supplier<? extends Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  /** The client of the request that this thread works on; null at its end. */
  public static void current(ConnectionInfo info) {
    if (info == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(info);
    }
  }

  @Override
  public void modifyHandshake(
      ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
    config.getUserProperties().put(INFO, CURRENT.get());
  }

  /**
   * Whether the handshake passed {@link BrokerUrlFilter} or a {@link FastPath} in front of it,
   * which ask for the page's origin and guard the connection. The WebSocket container finds an
   * endpoint by more spellings of its URL than a filter is mapped to: those are refused.
   */
  @Override
  public boolean checkOrigin(String origin) {
    return CURRENT.get() != null;
  }

  @Override
  public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
    return "";
  }

  @Override
  public List<Extension> getNegotiatedExtensions(
      List<Extension> installed, List<Extension> requested) {
    return List.of();
  }

  @Override
  public <T> T getEndpointInstance(Class<T> endpointClass) {
    return endpointClass.cast(endpoints.get());
  }
}
