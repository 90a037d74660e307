package org.smqcluster.transport.websocket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A connection's input that can be paused: while it is, it says that nothing is there, does not ask
 * the server for more, and so the peer meets a full socket. Pausing and resuming is for any thread,
 * the rest for the one that reads.
 */
final class PausableInput extends ServletInputStream {

  /** What the input's owner does. */
  interface Owner {

    /** Before the first byte is read. */
    void beforeRead() throws IOException;

    /** Works on what was read but not used when the input was paused; false if some is left. */
    boolean workOff();

    /** The input was resumed after its reading thread had left: reading must be started again. */
    void restart();
  }

  private enum State {
    OPEN,
    /** Paused; the reading thread has not come here since. */
    PAUSED,
    /** Paused, and nobody reads any more. */
    PARKED
  }

  private final ServletInputStream input;
  private final Owner owner;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private boolean started;

  PausableInput(ServletInputStream input, Owner owner) {
    this.input = input;
    this.owner = owner;
  }

  void pause() {
    state.compareAndSet(State.OPEN, State.PAUSED);
  }

  void resume() {
    if (state.getAndSet(State.OPEN) == State.PARKED) {
      owner.restart();
    }
  }

  boolean paused() {
    return state.get() != State.OPEN;
  }

  @Override
  public boolean isReady() {
    while (true) {
      boolean done = owner.workOff();
      if (state.get() == State.OPEN) {
        if (done) {
          return input.isReady();
        }
      } else if (state.compareAndSet(State.PAUSED, State.PARKED)) {
        return false;
      }
    }
  }

  @Override
  public int available() throws IOException {
    if (!started) {
      started = true;
      owner.beforeRead();
    }
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
  public boolean isFinished() {
    return input.isFinished();
  }

  @Override
  public void setReadListener(ReadListener listener) {
    input.setReadListener(listener);
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
