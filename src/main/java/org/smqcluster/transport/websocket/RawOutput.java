package org.smqcluster.transport.websocket;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes ready-made frames to an upgraded connection, one write at a time, without blocking. The
 * lock keeps the server's stream for one thread, and unused once the connection has ended: the
 * server gives its parts to other connections then.
 */
final class RawOutput implements WriteListener {

  private record Pending(ByteBuffer bytes, FrameSink.Completion completion) {}

  private final ServletOutputStream output;
  private Pending pending;
  private boolean listening;
  private boolean stopped;

  RawOutput(ServletOutputStream output) {
    this.output = output;
  }

  /** Writes the remaining bytes of a buffer over an array. */
  void write(ByteBuffer bytes, FrameSink.Completion completion) {
    synchronized (this) {
      pending = new Pending(bytes, completion);
    }
    attempt();
  }

  /** Writes what is pending, if the socket takes it now; if not, the server calls back. */
  private void attempt() {
    Pending done;
    IOException failure = null;
    synchronized (this) {
      done = pending;
      if (done == null) {
        return;
      }
      try {
        if (!stopped && !output.isReady()) {
          listen();
          return;
        }
        put(done.bytes());
      } catch (IOException e) {
        failure = e;
      } catch (RuntimeException e) {
        // the server's way to say that the connection is gone
        failure = new IOException(e);
      }
      pending = null;
    }
    if (failure == null) {
      done.completion().written();
    } else {
      done.completion().failed(failure);
    }
  }

  private void put(ByteBuffer bytes) throws IOException {
    if (stopped) {
      throw new IOException("connection ended");
    }
    output.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    output.flush();
  }

  private void listen() {
    if (!listening) {
      listening = true;
      output.setWriteListener(this);
    }
  }

  @Override
  public void onWritePossible() {
    attempt();
  }

  @Override
  public void onError(Throwable failure) {
    stop();
  }

  /** Whether the system has taken all that was written. */
  synchronized boolean isFlushed() {
    return !stopped && pending == null && output.isReady();
  }

  /**
   * Writes nothing any more.
   *
   * @return whether everything has been written
   */
  boolean stop() {
    boolean complete;
    synchronized (this) {
      stopped = true;
      complete = pending == null;
    }
    attempt();
    return complete;
  }
}
