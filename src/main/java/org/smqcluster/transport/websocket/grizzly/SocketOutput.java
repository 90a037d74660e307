package org.smqcluster.transport.websocket.grizzly;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.asyncqueue.WritableMessage;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.ssl.SSLUtils;
import org.smqcluster.transport.websocket.FrameSocket.Completion;

/**
 * Writes to a connection past Grizzly's filters, in which a small write spends a fifth of its time:
 * to the socket, what it takes at once, and the rest to Grizzly's queue. While anything waits
 * there, such as the answer to the handshake, it goes the server's way behind it.
 *
 * <p>With TLS it shares the connection's engine with the server's filter. As that does, it holds
 * the connection's monitor from encrypting to giving away, so that records leave in their order.
 *
 * <p>Never blocks. Any thread, but one write at a time.
 */
final class SocketOutput {

  private static final System.Logger LOG = System.getLogger(SocketOutput.class.getName());

  private final TCPNIOConnection connection;
  private final SocketChannel channel;

  /** Null without TLS. */
  private final SSLEngine engine;

  private final BufferPool records;
  private boolean answered;

  /**
   * @param records buffers for encrypted bytes
   */
  SocketOutput(TCPNIOConnection connection, BufferPool records) {
    this.connection = connection;
    this.channel = (SocketChannel) connection.getChannel();
    this.engine = SSLUtils.getSSLEngine(connection);
    this.records = records;
  }

  /** As the first, the answer to the handshake; otherwise Grizzly has it to write. */
  void answer(ByteBuffer head, Completion completion) {
    answered = true;
    write(head, completion);
  }

  /** The bytes, of an array, are the caller's again as soon as this returns. */
  void write(ByteBuffer bytes, Completion completion) {
    boolean written;
    try {
      written = engine == null ? writePlain(bytes, completion) : writeRecords(bytes, completion);
    } catch (IOException e) {
      completion.failed(e);
      return;
    }
    if (written) {
      completion.written();
    }
  }

  /** False if the completion is told later. */
  private boolean writePlain(ByteBuffer bytes, Completion completion) throws IOException {
    if (answered) {
      channel.write(bytes);
      if (!bytes.hasRemaining()) {
        return true;
      }
    }
    writeThroughFilters(bytes, completion);
    return false;
  }

  private void writeThroughFilters(ByteBuffer bytes, Completion completion) {
    connection.<WritableMessage>write(rest(bytes), new Later(completion));
  }

  /** What is not written yet, in its own size: many peers that do not read have some. */
  private Buffer rest(ByteBuffer bytes) {
    int start = bytes.arrayOffset();
    byte[] copy =
        Arrays.copyOfRange(bytes.array(), start + bytes.position(), start + bytes.limit());
    return Buffers.wrap(connection.getMemoryManager(), copy);
  }

  private boolean writeRecords(ByteBuffer bytes, Completion completion) throws IOException {
    synchronized (connection) {
      if (!answered || !connection.getAsyncWriteQueue().isEmpty()) {
        writeThroughFilters(bytes, completion);
        return false;
      }
      ByteBuffer encrypted = encrypt(bytes);
      channel.write(encrypted.flip());
      boolean written = !encrypted.hasRemaining();
      if (!written) {
        ((TCPNIOTransport) connection.getTransport())
            .getAsyncQueueIO()
            .getWriter()
            .write(connection, rest(encrypted), new Later(completion));
      }
      records.give(encrypted);
      return written;
    }
  }

  private ByteBuffer encrypt(ByteBuffer bytes) throws IOException {
    ByteBuffer encrypted = records.take();
    do {
      SSLEngineResult result = engine.wrap(bytes, encrypted);
      if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        encrypted = ByteBuffer.allocate(2 * encrypted.capacity()).put(encrypted.flip());
      } else if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesProduced() == 0) {
        throw new IOException("TLS cannot encrypt: " + result);
      }
    } while (bytes.hasRemaining());
    return encrypted;
  }

  /** Tells the peer that nothing more comes, while it may still send; TLS has no such thing. */
  void shutdown() {
    if (engine == null) {
      try {
        channel.shutdownOutput();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "Cannot shut down a connection's output", e);
      }
    }
  }

  /** Told when nothing is left to write. */
  private final class Later
      extends EmptyCompletionHandler<WriteResult<WritableMessage, SocketAddress>> {

    private final Completion completion;

    Later(Completion completion) {
      this.completion = completion;
    }

    @Override
    public void completed(WriteResult<WritableMessage, SocketAddress> result) {
      // what was in front of it, the answer to the handshake, is written, too
      answered = true;
      completion.written();
    }

    @Override
    public void failed(Throwable cause) {
      completion.failed(cause);
    }
  }
}
