package org.smqcluster.transport.websocket.grizzly;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.memory.Buffers;
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

  private static final System.Logger LOG = System.getLogger(GrizzlySocket.class.getName());

  private static final int CLOSE = 0x88;
  private static final int PONG = 0x8A;
  private static final int MAX_PHRASE = 123;

  /**
   * Time that a peer gets to answer a close frame. Closing at once would reset the connection if
   * the peer still sends, and with it lose the frame and any last packet (RFC 6455 section 7.1.1).
   */
  private static final long LINGER_SECONDS = 2;

  private final TCPNIOConnection connection;

  /** The socket itself; null if it is encrypted. */
  private final SocketChannel plain;

  private final BufferPool buffers;
  private final Executor pool;
  private final ScheduledExecutorService timer;
  private final Runnable onEnd;
  private final AtomicBoolean ended = new AtomicBoolean();
  private FrameInput input;
  private boolean answered;

  // guarded by this
  private boolean closeSent;
  private boolean peerClosed;

  /**
   * @param secure whether the connection is encrypted
   * @param onEnd runs on the pool when the connection has ended
   */
  GrizzlySocket(
      TCPNIOConnection connection,
      boolean secure,
      BufferPool buffers,
      Executor pool,
      ScheduledExecutorService timer,
      Runnable onEnd) {
    this.connection = connection;
    this.plain = secure ? null : (SocketChannel) connection.getChannel();
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
    write(batch.bytes(), completion);
  }

  /**
   * Writes the answer to the handshake, before anything else; otherwise Grizzly has it to write.
   */
  void answer(ByteBuffer head) {
    answered = true;
    write(
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

  /** Writes to the socket what it takes at once, and leaves the rest to Grizzly. */
  private void write(ByteBuffer bytes, Completion completion) {
    if (plain != null && answered) {
      try {
        plain.write(bytes);
      } catch (IOException e) {
        completion.failed(e);
        return;
      }
      if (!bytes.hasRemaining()) {
        completion.written();
        return;
      }
    }
    connection.write(
        Buffers.wrap(connection.getMemoryManager(), bytes),
        new EmptyCompletionHandler<WriteResult<Buffer, SocketAddress>>() {
          @Override
          public void completed(WriteResult<Buffer, SocketAddress> result) {
            // what was in front of it, the answer to the handshake, is written, too
            answered = true;
            completion.written();
          }

          @Override
          public void failed(Throwable cause) {
            completion.failed(cause);
          }
        });
  }

  @Override
  public void release(Batch batch) {
    buffers.give(batch.bytes());
  }

  // ---- ending

  @Override
  public void close(int code, String phrase) {
    timer.schedule(this::abort, LINGER_SECONDS, TimeUnit.SECONDS);
    write(
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
        shutdownOutput();
        return;
      }
    }
    end();
  }

  /** Tells the peer that nothing more comes, while it may still send; TLS has no such thing. */
  private void shutdownOutput() {
    if (plain != null) {
      try {
        plain.shutdownOutput();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "Cannot shut down a connection's output", e);
      }
    }
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
