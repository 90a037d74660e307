package org.smqcluster.transport.websocket.grizzly;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;

/**
 * A handshake that Tyrus answers as ever, but that is not an upgrade for the servlet container: the
 * container would keep request and response as long as the connection lives.
 */
final class UpgradeRequest extends HttpServletRequestWrapper {

  private TyrusHttpUpgradeHandler handler;

  UpgradeRequest(HttpServletRequest request) {
    super(request);
  }

  @Override
  public <T extends HttpUpgradeHandler> T upgrade(Class<T> handlerClass)
      throws IOException, ServletException {
    if (handlerClass != TyrusHttpUpgradeHandler.class) {
      return super.upgrade(handlerClass);
    }
    handler = new TyrusHttpUpgradeHandler();
    return handlerClass.cast(handler);
  }

  /** What Tyrus prepared for the connection, or null. */
  TyrusHttpUpgradeHandler handler() {
    return handler;
  }
}
