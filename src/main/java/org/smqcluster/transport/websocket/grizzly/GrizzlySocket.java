package org.smqcluster.transport.websocket.grizzly;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.transport.websocket.FrameListener;
import org.smqcluster.transport.websocket.FrameSocket;

/**
 * A connection of the HTTP listener that carries an SMQ client's frames. {@link FrameFilter} feeds
 * it; its end, whichever side made it, is told to Tyrus. Never blocks. Any thread.
 */
final class GrizzlySocket implements FrameSocket {

  private static final int CLOSE = 0x88;
  private static final int PONG = 0x8A;
  private static final int MAX_PHRASE = 123;

  /**
   * Time that a peer gets to answer a close frame. Closing at once would reset the connection if
   * the peer still sends, and with it lose the frame and any last packet (RFC 6455 section 7.1.1).
   */
  private static final long LINGER_SECONDS = 2;

  private final TCPNIOConnection connection;

  private final SocketOutput output;
  private final BufferPool buffers;
  private final Executor pool;
  private final ScheduledExecutorService timer;
  private final Runnable onEnd;
  private final AtomicBoolean ended = new AtomicBoolean();
  private FrameInput input;

  // guarded by this
  private boolean closeSent;
  private boolean peerClosed;

  /**
   * @param onEnd runs on the pool when the connection has ended
   */
  GrizzlySocket(
      TCPNIOConnection connection,
      SocketOutput output,
      BufferPool buffers,
      Executor pool,
      ScheduledExecutorService timer,
      Runnable onEnd) {
    this.connection = connection;
    this.output = output;
    this.buffers = buffers;
    this.pool = pool;
    this.timer = timer;
    this.onEnd = onEnd;
  }

  /** Gives the listener of the frames, before the first is read. */
  void listen(FrameListener frames) {
    input = new FrameInput(frames, pool);
  }

  // ---- reading

  /** What is read from now on, or null before {@link #listen}. */
  FrameInput input() {
    return input;
  }

  @Override
  public void pauseReading() {
    input.pause();
  }

  @Override
  public void resumeReading() {
    input.resume();
  }

  // ---- writing

  @Override
  public Batch take(Outbox outbox, byte[] pong) {
    EncodedPacket packet = outbox.peek();
    if (packet == null && pong == null) {
      return null;
    }
    ByteBuffer buffer = buffers.take();
    if (pong != null) {
      buffer.put((byte) PONG).put((byte) pong.length).put(pong);
    }
    int packets = 0;
    long rawBytes = 0;
    while (packet != null && packet.webSocketLength() <= buffer.remaining()) {
      packet.putWebSocket(buffer);
      packets++;
      rawBytes += packet.rawLength();
      outbox.poll();
      packet = outbox.peek();
    }
    return new Batch(buffer.flip(), packets, rawBytes);
  }

  @Override
  public void write(Batch batch, Completion completion) {
    output.write(batch.bytes(), completion);
    buffers.give(batch.bytes());
  }

  /**
   * Writes the answer to the handshake, before anything else; otherwise Grizzly has it to write.
   */
  void answer(ByteBuffer head) {
    output.answer(
        head,
        new Completion() {
          @Override
          public void written() {
            // frames may follow without it
          }

          @Override
          public void failed(Throwable cause) {
            abort();
          }
        });
  }

  // ---- ending

  @Override
  public void close(int code, String phrase) {
    timer.schedule(this::abort, LINGER_SECONDS, TimeUnit.SECONDS);
    output.write(
        closeFrame(code, phrase),
        new Completion() {
          @Override
          public void written() {
            closeSent();
          }

          @Override
          public void failed(Throwable cause) {
            abort();
          }
        });
  }

  private static ByteBuffer closeFrame(int code, String phrase) {
    byte[] text = phrase.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_PHRASE);
    return ByteBuffer.allocate(4 + length)
        .put((byte) CLOSE)
        .put((byte) (2 + length))
        .putShort((short) code)
        .put(text, 0, length)
        .flip();
  }

  private void closeSent() {
    synchronized (this) {
      closeSent = true;
      if (!peerClosed) {
        output.shutdown();
        return;
      }
    }
    end();
  }

  @Override
  public void peerClosed() {
    synchronized (this) {
      peerClosed = true;
      if (!closeSent) {
        return;
      }
    }
    end();
  }

  @Override
  public void abort() {
    connection.terminateSilently();
    end();
  }

  /** The connection ends, or has ended: nothing more is decoded. */
  void end() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    if (input != null) {
      input.stop();
    }
    connection.closeSilently();
    pool.execute(onEnd);
  }
}
