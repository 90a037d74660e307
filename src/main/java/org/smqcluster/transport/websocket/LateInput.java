package org.smqcluster.transport.websocket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;

/** An input whose listener hears nothing before {@link #start}. One thread at a time. */
final class LateInput extends ServletInputStream {

  private final ServletInputStream input;
  private ReadListener listener;

  LateInput(ServletInputStream input) {
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
    return input.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return input.read(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
