package org.smqcluster.transport.websocket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.smqcluster.payara.PrivateMembers;

/**
 * Stands between the servlet container and the WebSocket container on an upgraded connection, for
 * two things that Tyrus does not do. A frame that declares more bytes than any message may have is
 * an I/O error before Tyrus allocates them. And reading begins when the session is open: Tyrus
 * alone begins before, and a client that sends its first frame together with the handshake then
 * holds a thread of the server for ever. Public for the container alone.
 */
public final class GuardedUpgradeHandler implements HttpUpgradeHandler {

  /** The WebSocket container's own handler. */
  private HttpUpgradeHandler handler;

  /**
   * The handshake, such that its connection is guarded. For a WebSocket container that reads by the
   * Servlet API, as Tyrus does: one that reads its connections by other means sets no listener, and
   * fails.
   */
  static HttpServletRequest guarded(HttpServletRequest handshake) {
    return new HttpServletRequestWrapper(handshake) {
      /** Nothing: Tyrus fails on characters that browsers send, behind its answer. */
      @Override
      public String getQueryString() {
        return null;
      }

      @Override
      public <T extends HttpUpgradeHandler> T upgrade(Class<T> handlerClass)
          throws IOException, ServletException {
        try {
          T handler = PrivateMembers.newInstance(handlerClass);
          super.upgrade(GuardedUpgradeHandler.class).handler = handler;
          return handler;
        } catch (ReflectiveOperationException e) {
          throw new ServletException(e);
        }
      }
    };
  }

  @Override
  public void init(WebConnection connection) {
    try {
      Input input = new Input(connection.getInputStream());
      handler.init(new Guarded(connection, input));
      input.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void destroy() {
    handler.destroy();
  }

  private record Guarded(WebConnection connection, Input input) implements WebConnection {

    @Override
    public ServletInputStream getInputStream() {
      return input;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      return connection.getOutputStream();
    }

    @Override
    public void close() throws IOException {
      try {
        connection.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  /** An input with checked frames, whose listener hears nothing before {@link #start}. */
  private static final class Input extends ServletInputStream {

    private final ServletInputStream input;
    private final FrameLengthCheck check = new FrameLengthCheck();
    private ReadListener listener;

    Input(ServletInputStream input) {
      this.input = input;
    }

    @Override
    public void setReadListener(ReadListener readListener) {
      listener = readListener;
    }

    /** Lets the listener hear; it may be called before this returns. */
    void start() {
      input.setReadListener(listener);
    }

    @Override
    public boolean isReady() {
      return input.isReady();
    }

    @Override
    public boolean isFinished() {
      return input.isFinished();
    }

    @Override
    public int available() throws IOException {
      return input.available();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = input.read(bytes, offset, length);
      check.follow(bytes, offset, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }
}
