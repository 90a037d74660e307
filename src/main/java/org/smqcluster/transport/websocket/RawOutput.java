package org.smqcluster.transport.websocket;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Writes ready-made frames to an upgraded connection, one write at a time, without blocking. The
 * lock keeps the server's stream for one thread, and unused once the connection has ended: the
 * server gives its parts to other connections then.
 *
 * <p>While nothing waits in the server, what the socket takes goes past the server's filters, in
 * which a small write spends a fifth of its time. The first write does not, for it ends the
 * server's own answer, and neither does one now and then, by which the server sees that the
 * connection lives.
 */
final class RawOutput implements WriteListener {

  private record Pending(ByteBuffer bytes, FrameSink.Completion completion) {}

  private static final long SHOW_LIFE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ServletOutputStream output;
  private final ServerInternals.Socket direct;
  private boolean begun;
  private long lifeShown;
  private Pending pending;
  private boolean listening;
  private boolean stopped;

  /**
   * Makes an output.
   *
   * @param direct the socket below; null if it is encrypted, or not to be had
   */
  RawOutput(ServletOutputStream output, ServerInternals.Socket direct) {
    this.output = output;
    this.direct = direct;
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
    if (mayGoDirectly()) {
      direct.write(bytes);
    }
    if (bytes.hasRemaining()) {
      output.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      output.flush();
    }
  }

  private boolean mayGoDirectly() {
    long now = System.nanoTime();
    if (direct != null && begun && now - lifeShown < SHOW_LIFE_NANOS) {
      return true;
    }
    begun = true;
    lifeShown = now;
    return false;
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
