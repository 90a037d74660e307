package org.smqcluster.transport.websocket;

import jakarta.websocket.CloseReason;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.glassfish.tyrus.spi.Connection;
import org.glassfish.tyrus.spi.ReadHandler;
import org.glassfish.tyrus.spi.Writer;

/**
 * Takes Tyrus' place between a connection's bytes and its messages: frames are decoded where the
 * server's thread has read them, and what that wakes is written when the read is used up. Tyrus
 * keeps the connection's life: its end still comes by way of the endpoint.
 */
final class TyrusReader implements Connection, ReadHandler, PausableInput.Owner, ReadGate {

  private static final System.Logger LOG = System.getLogger(TyrusReader.class.getName());

  private final TyrusLink link;
  private final Executor pool;
  private final FrameDecoder decoder;
  private final PausableInput input;
  private final Runnable peerGone;
  private Connection tyrus;
  private ByteBuffer held;

  /**
   * Makes a reader.
   *
   * @param listener gets what the decoder finds
   * @param peerGone runs when the peer has closed the socket or broken it
   * @param pool reads on after a pause
   */
  TyrusReader(TyrusLink link, FrameDecoder.Listener listener, Runnable peerGone, Executor pool) {
    this.link = link;
    this.pool = pool;
    this.peerGone = peerGone;
    this.input = new PausableInput(link.input(), this);
    this.decoder = new FrameDecoder(listener);
  }

  /** Starts to read in Tyrus' place; while the session is being opened. */
  void install() throws ReflectiveOperationException {
    link.readFrom(input);
  }

  // ---- the server's reading thread

  @Override
  public void beforeRead() throws IOException {
    try {
      tyrus = link.connection();
      link.connection(this);
    } catch (ReflectiveOperationException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void handle(ByteBuffer data) {
    link.dropReadBuffer();
    ReadBatch.run(() -> decode(data));
  }

  @Override
  public boolean workOff() {
    ByteBuffer rest = held;
    if (rest != null) {
      held = null;
      ReadBatch.run(() -> decode(rest));
    }
    return held == null;
  }

  private void decode(ByteBuffer data) {
    int start = data.arrayOffset();
    int from = start + data.position();
    int to = start + data.limit();
    int next = decoder.decode(data.array(), from, to);
    if (next < to) {
      held = ByteBuffer.wrap(data.array(), next, to - next);
    }
    data.position(data.limit());
  }

  @Override
  public void restart() {
    pool.execute(
        () -> {
          try {
            if (input.isReady()) {
              link.readListener().onDataAvailable();
            }
          } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "Cannot read on", e);
            link.readListener().onError(e);
          }
        });
  }

  // ---- any thread

  @Override
  public void pause() {
    input.pause();
  }

  @Override
  public void resume() {
    input.resume();
  }

  @Override
  public boolean paused() {
    return input.paused();
  }

  // ---- what else Tyrus asks of a connection

  @Override
  public ReadHandler getReadHandler() {
    return this;
  }

  @Override
  public Writer getWriter() {
    return tyrus.getWriter();
  }

  @Override
  public CloseListener getCloseListener() {
    return tyrus.getCloseListener();
  }

  @Override
  public void close(CloseReason reason) {
    peerGone.run();
    tyrus.close(reason);
  }
}
