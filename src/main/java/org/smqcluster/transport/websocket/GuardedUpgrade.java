package org.smqcluster.transport.websocket;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import org.smqcluster.payara.PrivateMembers;

/**
 * A handshake whose connection passes {@link GuardedUpgradeHandler} before the WebSocket container
 * reads it. For a WebSocket container that reads by the Servlet API, as Tyrus does: one that reads
 * its connections by other means sets no listener, and fails.
 */
final class GuardedUpgrade extends HttpServletRequestWrapper {

  GuardedUpgrade(HttpServletRequest request) {
    super(request);
  }

  @Override
  public <T extends HttpUpgradeHandler> T upgrade(Class<T> handlerClass)
      throws IOException, ServletException {
    try {
      T handler = PrivateMembers.newInstance(handlerClass);
      super.upgrade(GuardedUpgradeHandler.class).guard(handler);
      return handler;
    } catch (ReflectiveOperationException e) {
      throw new ServletException(e);
    }
  }
}
