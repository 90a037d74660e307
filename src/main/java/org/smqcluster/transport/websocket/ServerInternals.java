package org.smqcluster.transport.websocket;

import jakarta.servlet.ServletOutputStream;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.smqcluster.payara.PrivateMembers;

/**
 * What this project knows of the inside of Payara's web container (Catalina and Tyrus on Grizzly),
 * and all of its reflection. No specification promises any of it; where it is missing, things go on
 * without, and the log says so once. Thread-safe.
 */
final class ServerInternals {

  private static final System.Logger LOG = System.getLogger(ServerInternals.class.getName());

  /** Bytes that may wait inside the server before a socket is not writable any more: none. */
  private static final int NOTHING_WAITS = 1;

  private final AtomicBoolean warned = new AtomicBoolean();

  /** A connection's socket below the servlet API. */
  static final class Socket {

    private final Object connection;
    private final SocketChannel channel;

    private Socket(Object connection, SocketChannel channel) {
      this.connection = connection;
      this.channel = channel;
    }

    /** Writes what the system takes now, past the server, in which nothing may wait. */
    void write(ByteBuffer bytes) throws IOException {
      channel.write(bytes);
    }

    /**
     * Says to the peer that nothing more comes, while it may still send: what TCP has for an end
     * that loses nothing. Not for an encrypted connection, nor while anything waits.
     */
    void shutdownOutput() {
      try {
        channel.shutdownOutput();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "Cannot shut down a connection's output", e);
      }
    }

    /** Closes it at once; what waits for the peer is lost. */
    void terminate() {
      try {
        method(connection, "terminateSilently").invoke(connection);
      } catch (ReflectiveOperationException e) {
        LOG.log(Level.WARNING, "Cannot terminate a connection", e);
      }
    }
  }

  /**
   * Finds the socket behind an output stream and makes it say as soon as its peer does not read:
   * Grizzly would take megabytes for the peer before. Null if it cannot be found.
   */
  Socket socket(ServletOutputStream output) {
    try {
      Object buffer = PrivateMembers.get(PrivateMembers.get(output, "ob"), "grizzlyOutputBuffer");
      Object connection = PrivateMembers.get(buffer, "connection");
      method(connection, "setMaxAsyncWriteQueueSize", int.class).invoke(connection, NOTHING_WAITS);
      method(connection, "terminateSilently");
      return new Socket(
          connection, (SocketChannel) method(connection, "getChannel").invoke(connection));
    } catch (ReflectiveOperationException | RuntimeException e) {
      if (warned.compareAndSet(false, true)) {
        LOG.log(
            Level.WARNING,
            "Cannot reach the sockets of this server ({0}): a client that does not read holds some"
                + " megabytes more",
            e.toString());
      }
      return null;
    }
  }

  /**
   * Keeps Tyrus from starting timers that do nothing. It restarts a session's idle timer when the
   * session opens and for each message that goes through the standard API, also where no idle time
   * is set, and on Payara's managed executor that costs many times what the message does. Timers
   * with a delay are started as ever.
   */
  void skipEmptyTimers(WebSocketContainer container) {
    try {
      Field field = PrivateMembers.field(container, "managedScheduledExecutorService");
      ScheduledExecutorService managed = (ScheduledExecutorService) field.get(container);
      if (managed != null) {
        field.set(container, withoutEmptyTimers(managed));
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.WARNING, "Tyrus goes on starting empty timers: {0}", e.toString());
    }
  }

  private static Object withoutEmptyTimers(ScheduledExecutorService managed) {
    return Proxy.newProxyInstance(
        ServerInternals.class.getClassLoader(),
        new Class<?>[] {ScheduledExecutorService.class},
        (proxy, method, args) -> {
          if (method.getName().equals("schedule") && args[1].equals(0L)) {
            // Tyrus takes null for a timer that is not there
            return null;
          }
          try {
            return method.invoke(managed, args);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static Method method(Object owner, String name, Class<?>... parameters)
      throws NoSuchMethodException {
    return owner.getClass().getMethod(name, parameters);
  }
}
