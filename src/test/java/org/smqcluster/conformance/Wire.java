package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection of the suite's own, on bytes: shares no code with the project. A thread reads what
 * comes into a queue.
 */
abstract class Wire implements AutoCloseable {

  /** Stands for the end of the connection in the queue. */
  private static final Frame END = new Frame(-1, new byte[0]);

  private static final int CONNECT_MILLIS = 10_000;
  static final long PATIENCE_MILLIS = 15_000;

  private final Socket socket = new Socket();
  private final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
  private Frame peeked;

  Wire(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), CONNECT_MILLIS);
  }

  /** Starts to read; the subclass is ready. */
  final void startReading() {
    Thread reader = new Thread(this::read, "wire");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        received.add(readFrame(in));
      }
    } catch (EOFException e) {
      received.add(END);
    } catch (IOException e) {
      received.add(END);
    }
  }

  /** Reads one packet. */
  abstract Frame readFrame(DataInputStream in) throws IOException;

  /** Sends one packet of type and body, framed as the transport has it. */
  abstract void send(byte[] packet);

  /** Sends bytes as they are. */
  final void sendRaw(byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next packet. */
  final Frame next() {
    Frame frame = poll(PATIENCE_MILLIS);
    assertNotNull(frame, "nothing came");
    if (frame == END) {
      throw new AssertionError("the broker closed the connection");
    }
    return frame;
  }

  /** Waits for the end of the connection; returns the packet before it, or null. */
  final Frame untilClosed() {
    Frame last = null;
    while (true) {
      Frame frame = poll(PATIENCE_MILLIS);
      assertNotNull(frame, "the connection stays open");
      if (frame == END) {
        peeked = END;
        return last;
      }
      last = frame;
    }
  }

  final boolean isClosed() {
    return received.contains(END) || peeked == END;
  }

  private Frame poll(long millis) {
    if (peeked != null) {
      return peeked;
    }
    try {
      return received.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
