package org.smqcluster.transport.websocket;

import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads an upgraded connection without blocking, and can pause: then it does not ask the server for
 * more, and the peer meets a full socket. Reading is for one thread at a time, the server's or,
 * after a pause, one that {@code restart} finds; the rest is for any. The lock keeps the server's
 * stream unused once the connection has ended: the server gives its parts to other connections
 * then.
 */
final class RawInput implements ReadGate {

  private enum State {
    OPEN,
    /** Paused; the reading thread has not noticed yet. */
    PAUSED,
    /** Paused, and nobody reads any more. */
    PARKED
  }

  private static final byte[] NOTHING = {};

  private final ServletInputStream input;
  private final FrameDecoder.Listener listener;
  private final FrameDecoder decoder;
  private final BufferPool buffers;
  private final Runnable restart;
  private byte[] rest = NOTHING;

  // guarded by this
  private State state = State.OPEN;
  private boolean stopped;

  /**
   * Makes an input.
   *
   * @param listener gets what the decoder finds
   * @param restart lets a thread call {@link #read}; must not block
   */
  RawInput(
      ServletInputStream input,
      FrameDecoder.Listener listener,
      BufferPool buffers,
      Runnable restart) {
    this.input = input;
    this.listener = listener;
    this.decoder = new FrameDecoder(listener);
    this.buffers = buffers;
    this.restart = restart;
  }

  /** Reads and decodes what is there; the server calls back when there is more. */
  void read() throws IOException {
    if (rest.length > 0) {
      workOff();
    }
    while (isReady()) {
      ByteBuffer buffer = buffers.take();
      byte[] bytes = buffer.array();
      int count = fill(bytes);
      if (count > 0) {
        ReadBatch.run(() -> decode(bytes, count));
      }
      buffers.give(buffer);
    }
  }

  private boolean isReady() {
    while (true) {
      synchronized (this) {
        if (stopped) {
          return false;
        }
        if (state != State.OPEN) {
          state = State.PARKED;
          return false;
        }
        if (rest.length == 0) {
          return input.isReady();
        }
      }
      // paused and resumed while a read was worked on
      workOff();
    }
  }

  private synchronized int fill(byte[] bytes) throws IOException {
    return stopped ? 0 : input.read(bytes, 0, bytes.length);
  }

  private void workOff() {
    byte[] bytes = rest;
    rest = NOTHING;
    ReadBatch.run(() -> decode(bytes, bytes.length));
  }

  private void decode(byte[] bytes, int count) {
    int next = decoder.decode(bytes, 0, count);
    if (next < count) {
      rest = Arrays.copyOfRange(bytes, next, count);
      listener.partial(decoder.partialBytes() + rest.length);
    }
  }

  /** Reads nothing any more. */
  synchronized void stop() {
    stopped = true;
  }

  @Override
  public synchronized void pause() {
    if (state == State.OPEN) {
      state = State.PAUSED;
    }
  }

  @Override
  public void resume() {
    synchronized (this) {
      State before = state;
      state = State.OPEN;
      if (before != State.PARKED) {
        return;
      }
    }
    restart.run();
  }

  @Override
  public synchronized boolean paused() {
    return state != State.OPEN;
  }
}
