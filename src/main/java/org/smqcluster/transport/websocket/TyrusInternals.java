package org.smqcluster.transport.websocket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.ScheduledExecutorService;
import org.glassfish.tyrus.spi.Connection;
import org.glassfish.tyrus.spi.Writer;

/**
 * All that this project knows of the inside of Payara's WebSocket container (Tyrus 2.1 on Catalina
 * and Grizzly), and all of its reflection. Nothing here is promised by a specification: making this
 * object fails where something is missing, and the standard API is used instead. Immutable.
 */
final class TyrusInternals {

  private static final String TYRUS_CORE = "org.glassfish.tyrus.core.";
  private static final String TYRUS_SERVLET = "org.glassfish.tyrus.servlet.";
  private static final String CATALINA = "org.apache.catalina.connector.";

  /** Bytes that Grizzly may hold of a connection before it is not writable: what is in a write. */
  private static final int MAX_QUEUED_BYTES = 1;

  private final WebSocketContainer container;
  private final Field timers;
  private final Field webSocket;
  private final Field protocolHandler;
  private final Field writer;
  private final Field handlerProxy;
  private final Field handler;
  private final Field input;
  private final Field output;
  private final Field readBuffer;
  private final Field connection;
  private final Field outputBuffer;
  private final Field grizzlyBuffer;
  private final Field socket;
  private final Method maxQueued;
  private final Method terminate;

  /**
   * Looks everything up.
   *
   * @throws ReflectiveOperationException if this is not the Tyrus that we know
   * @throws LinkageError if it is not Tyrus at all
   */
  TyrusInternals(WebSocketContainer container) throws ReflectiveOperationException {
    this.container = container;
    timers = field(TYRUS_CORE + "BaseContainer", "managedScheduledExecutorService");
    webSocket = field(TYRUS_CORE + "TyrusRemoteEndpoint", "webSocket");
    protocolHandler = field(TYRUS_CORE + "TyrusWebSocket", "protocolHandler");
    writer = field(TYRUS_CORE + "ProtocolHandler", "writer");
    handlerProxy = field(TYRUS_SERVLET + "TyrusServletWriter", "tyrusHttpUpgradeHandler");
    handler = field(TYRUS_SERVLET + "TyrusServletUpgrade$TyrusHttpUpgradeHandlerProxy", "handler");
    String upgradeHandler = TYRUS_SERVLET + "TyrusHttpUpgradeHandler";
    input = field(upgradeHandler, "is");
    output = field(upgradeHandler, "os");
    readBuffer = field(upgradeHandler, "buf");
    connection = field(upgradeHandler, "connection");
    outputBuffer = field(CATALINA + "CoyoteOutputStream", "ob");
    grizzlyBuffer = field(CATALINA + "OutputBuffer", "grizzlyOutputBuffer");
    socket = field("org.glassfish.grizzly.http.io.OutputBuffer", "connection");
    Class<?> grizzlyConnection = type("org.glassfish.grizzly.Connection");
    maxQueued = grizzlyConnection.getMethod("setMaxAsyncWriteQueueSize", int.class);
    terminate = grizzlyConnection.getMethod("terminateSilently");
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name, false, container.getClass().getClassLoader());
  }

  private Field field(String type, String name) throws ReflectiveOperationException {
    Field field = type(type).getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /**
   * Keeps Tyrus from starting timers that do nothing. It restarts a session's idle timer for each
   * message, also where no idle time is set, and on Payara's managed executor that costs many times
   * what the message does. Timers with a delay are started as ever.
   */
  void skipEmptyTimers() throws ReflectiveOperationException {
    ScheduledExecutorService managed = (ScheduledExecutorService) timers.get(container);
    if (managed == null || Proxy.isProxyClass(managed.getClass())) {
      return;
    }
    Object quick =
        Proxy.newProxyInstance(
            TyrusInternals.class.getClassLoader(),
            new Class<?>[] {ScheduledExecutorService.class},
            (proxy, method, args) -> {
              if (method.getName().equals("schedule") && args[1].equals(0L)) {
                // a timer that is not there, as Tyrus sees it
                return null;
              }
              try {
                return method.invoke(managed, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    timers.set(container, quick);
  }

  /**
   * Reaches behind a session that is being opened, and makes its socket report at once when the
   * peer does not read.
   *
   * @throws ReflectiveOperationException if it cannot be reached
   * @throws IllegalArgumentException if something else is there than expected
   */
  TyrusLink link(Session session) throws ReflectiveOperationException {
    Object protocol = protocolHandler.get(webSocket.get(session.getBasicRemote()));
    Writer servletWriter = (Writer) writer.get(protocol);
    Object upgradeHandler = handler.get(handlerProxy.get(servletWriter));
    Object grizzly = socket.get(grizzlyBuffer.get(outputBuffer.get(output.get(upgradeHandler))));
    maxQueued.invoke(grizzly, MAX_QUEUED_BYTES);
    return new TyrusLink(
        this,
        protocol,
        servletWriter,
        upgradeHandler,
        (ReadListener) upgradeHandler,
        (ServletInputStream) input.get(upgradeHandler),
        grizzly);
  }

  void writer(Object protocol, Writer replacement) throws ReflectiveOperationException {
    writer.set(protocol, replacement);
  }

  void input(Object upgradeHandler, ServletInputStream replacement)
      throws ReflectiveOperationException {
    input.set(upgradeHandler, replacement);
  }

  Connection connection(Object upgradeHandler) throws ReflectiveOperationException {
    return (Connection) connection.get(upgradeHandler);
  }

  void connection(Object upgradeHandler, Connection replacement)
      throws ReflectiveOperationException {
    connection.set(upgradeHandler, replacement);
  }

  void dropReadBuffer(Object upgradeHandler) throws ReflectiveOperationException {
    readBuffer.set(upgradeHandler, null);
  }

  void terminate(Object grizzly) throws ReflectiveOperationException {
    terminate.invoke(grizzly);
  }
}
