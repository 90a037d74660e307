package org.smqcluster.transport.websocket.grizzly;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;

/**
 * The connection as Tyrus sees it: nothing to read, and what Tyrus writes, a close frame behind the
 * connection's end, is discarded.
 *
 * @param end closes the real connection
 */
record TyrusConnection(Runnable end) implements WebConnection {

  @Override
  public ServletInputStream getInputStream() {
    return NO_INPUT;
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return NO_OUTPUT;
  }

  @Override
  public void close() {
    end.run();
  }

  private static final ServletInputStream NO_INPUT =
      new ServletInputStream() {
        @Override
        public boolean isFinished() {
          return false;
        }

        @Override
        public boolean isReady() {
          return false;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          // never ready: there is nothing to be told
        }

        @Override
        public int read() {
          return -1;
        }
      };

  private static final ServletOutputStream NO_OUTPUT =
      new ServletOutputStream() {
        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
          // always ready: there is nothing to be told
        }

        @Override
        public void write(int oneByte) {
          // the close frame has been sent, or cannot be
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          // as above
        }
      };
}
