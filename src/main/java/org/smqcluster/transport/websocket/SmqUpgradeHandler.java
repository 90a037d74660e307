package org.smqcluster.transport.websocket;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;

/**
 * Stands between the servlet container and Tyrus on each upgraded connection. Tyrus opens the
 * session and hears of its end; what is read and written is ours, where {@link #prepare} says so.
 *
 * <p>In any case it starts reading only when the session is open. Tyrus alone starts before, and a
 * client that sends its first frame together with the handshake then holds a thread of the server
 * for ever. Public for the container alone.
 */
public final class SmqUpgradeHandler extends TyrusHttpUpgradeHandler {

  private static final System.Logger LOG = System.getLogger(SmqUpgradeHandler.class.getName());

  private RawSocket.Shared shared;
  private boolean secure;
  private RawSocket socket;

  /** Takes reading and writing over, before {@link #init}; without, they are Tyrus' own. */
  void prepare(RawSocket.Shared takeOver, boolean encrypted) {
    shared = takeOver;
    secure = encrypted;
  }

  @Override
  public void init(WebConnection connection) {
    try {
      LateInput input = new LateInput(connection.getInputStream());
      if (shared == null) {
        super.init(
            new TyrusConnection(input, connection.getOutputStream(), () -> close(connection)));
      } else {
        socket = new RawSocket(connection, secure, shared);
        RawSocket.opening(socket);
        super.init(new TyrusConnection(input, new NoOutput(), socket::end));
      }
      input.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      RawSocket.opening(null);
    }
  }

  private static void close(WebConnection connection) {
    try {
      connection.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "Cannot close", e);
    }
  }

  @Override
  public void onDataAvailable() {
    if (socket == null) {
      super.onDataAvailable();
    } else {
      socket.read();
    }
  }

  /** What Tyrus sees of a connection. */
  private record TyrusConnection(ServletInputStream input, ServletOutputStream output, Runnable end)
      implements WebConnection {

    @Override
    public ServletInputStream getInputStream() {
      return input;
    }

    @Override
    public ServletOutputStream getOutputStream() {
      return output;
    }

    @Override
    public void close() {
      end.run();
    }
  }
}
