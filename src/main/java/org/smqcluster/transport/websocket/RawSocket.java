package org.smqcluster.transport.websocket;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;

/**
 * An upgraded connection that the WebSocket container has left to us: its frames are read and
 * written here, many at a time, and its end is made here, too. Any thread.
 */
final class RawSocket implements FrameSink {

  private static final System.Logger LOG = System.getLogger(RawSocket.class.getName());

  private static final int CLOSE = 0x88;
  private static final int PONG = 0x8A;
  private static final int MAX_PHRASE = 123;

  /**
   * Time that a peer gets to answer a close frame. Closing at once would reset the connection if
   * the peer still sends, and with it lose the frame and any last packet (RFC 6455 section 7.1.1).
   */
  private static final long LINGER_SECONDS = 2;

  private static final ThreadLocal<RawSocket> OPENING = new ThreadLocal<>();

  /** What all sockets of a node share. */
  record Shared(
      ServerInternals internals,
      BufferPool buffers,
      Executor pool,
      ScheduledExecutorService timer) {}

  private final Shared shared;
  private final WebConnection connection;
  private final RawOutput output;
  private final ServerInternals.Socket socket;
  private final boolean secure;
  private final AtomicBoolean ended = new AtomicBoolean();
  private RawInput input;

  // guarded by this
  private boolean closeSent;
  private boolean peerClosed;

  /**
   * Makes a socket.
   *
   * @param secure whether the connection is encrypted
   */
  RawSocket(WebConnection connection, boolean secure, Shared shared) throws IOException {
    this.connection = connection;
    this.secure = secure;
    this.shared = shared;
    this.socket = shared.internals().socket(connection.getOutputStream());
    this.output = new RawOutput(connection.getOutputStream(), secure ? null : socket);
  }

  /** The socket of the session that this thread is opening; null if it is none of ours. */
  static RawSocket opening() {
    return OPENING.get();
  }

  /** This thread opens a session on a socket; null: it is open. */
  static void opening(RawSocket socket) {
    if (socket == null) {
      OPENING.remove();
    } else {
      OPENING.set(socket);
    }
  }

  /** Makes the way in, which {@link #read} follows from now on; once, while the session opens. */
  ReadGate open(FrameDecoder.Listener listener) throws IOException {
    input =
        new RawInput(
            connection.getInputStream(),
            listener,
            shared.buffers(),
            () -> shared.pool().execute(this::read));
    return input;
  }

  /** Reads what is there. */
  void read() {
    try {
      if (input != null) {
        input.read();
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "Cannot read", e);
      end();
    }
  }

  @Override
  public Batch take(Outbox outbox, byte[] pong) {
    EncodedPacket packet = outbox.peek();
    if (packet == null && pong == null) {
      return null;
    }
    ByteBuffer buffer = shared.buffers().take();
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
  }

  @Override
  public void release(Batch batch) {
    shared.buffers().give(batch.bytes());
  }

  @Override
  public void close(int code, String phrase) {
    shared.timer().schedule(this::abort, LINGER_SECONDS, TimeUnit.SECONDS);
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
        if (socket != null && !secure && output.isFlushed()) {
          socket.shutdownOutput();
        }
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
    if (!ended.get() && socket != null) {
      // first: closing would wait for a peer that does not read
      socket.terminate();
    }
    shared.pool().execute(this::end);
  }

  /** The connection is at its end: nothing is read or written any more. */
  void end() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    if (input != null) {
      input.stop();
    }
    if (!output.stop() && socket != null) {
      socket.terminate();
    }
    try {
      connection.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "Cannot close", e);
    }
  }
}
