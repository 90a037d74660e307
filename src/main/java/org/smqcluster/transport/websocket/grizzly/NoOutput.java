package org.smqcluster.transport.websocket.grizzly;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;

/**
 * Takes what Tyrus writes where the writing is ours: a close frame behind the connection's end, and
 * nothing else.
 */
final class NoOutput extends ServletOutputStream {

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
    // see above
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    // see above
  }
}
