package org.smqcluster.transport.websocket;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;

/** A handshake whose connection goes to {@link SmqUpgradeHandler} where Tyrus asks for its own. */
final class UpgradeRequest extends HttpServletRequestWrapper {

  private static final String TYRUS_HANDLER = "org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler";

  private final RawSocket.Shared shared;

  /**
   * Makes a request.
   *
   * @param shared what sockets of our own share; null if Tyrus is to read and write
   */
  UpgradeRequest(HttpServletRequest request, RawSocket.Shared shared) {
    super(request);
    this.shared = shared;
  }

  @Override
  public <T extends HttpUpgradeHandler> T upgrade(Class<T> handlerClass)
      throws IOException, ServletException {
    // by name: with another WebSocket container the class is not there
    if (!handlerClass.getName().equals(TYRUS_HANDLER)) {
      return super.upgrade(handlerClass);
    }
    SmqUpgradeHandler handler = super.upgrade(SmqUpgradeHandler.class);
    if (shared != null) {
      handler.prepare(shared, isSecure());
    }
    return handlerClass.cast(handler);
  }
}
