package org.smqcluster.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * A client that a broker has accepted. Blocking at first; after {@link #start} it reads what a
 * selector says, in place, and allocates nothing for a message. One thread reads; one, the same or
 * another, sends.
 */
public abstract class LoadConnection implements AutoCloseable {

  private static final int FIRST_BUFFER = 16 * 1024;

  /** Below this much room, the kernel may have had more than was read. */
  private static final int NEARLY_FULL = 20 * 1024;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  /** Takes the payloads that a connection receives. */
  interface Receiver {

    /**
     * A payload; the buffer is the reader's again afterwards.
     *
     * @param at where it begins
     * @param now when it was read, on this process' nanosecond clock
     */
    void received(ByteBuffer in, int at, long now);
  }

  private final Link link;
  private Receiver receiver;
  private SelectionKey key;

  /** The beginning of a packet of which the rest has not come. */
  private ByteBuffer partial = NONE;

  private ByteBuffer out = NONE;
  private boolean dirty;

  LoadConnection(Link link) {
    this.link = link;
  }

  // ---- before the start

  /**
   * Subscribes to the topic of this number.
   *
   * @return where one publishes to it
   */
  abstract int subscribe(int topic) throws IOException;

  /**
   * Makes this client reachable alone.
   *
   * @param topic of no other use, where the protocol knows no addresses
   * @return where one publishes to it
   */
  abstract int address(int topic) throws IOException;

  Link link() {
    return link;
  }

  /** From now on nothing blocks. */
  void start(Selector selector) throws IOException {
    key = link.register(selector, this);
  }

  void receiver(Receiver taker) {
    receiver = taker;
  }

  // ---- receiving

  /**
   * Reads all that has come.
   *
   * @param in all connections share it; empty between calls
   */
  void read(ByteBuffer in) throws IOException {
    boolean more = true;
    while (more) {
      in.clear();
      in.put(partial.flip());
      if (link.bytes().read(in) < 0) {
        throw new EOFException("closed by the broker");
      }
      more = in.remaining() < NEARLY_FULL;
      in.flip();
      parse(in, System.nanoTime());
      keep(in);
    }
  }

  private void keep(ByteBuffer rest) {
    if (partial.capacity() < rest.remaining()) {
      partial = ByteBuffer.allocate(2 * rest.remaining());
    }
    partial.clear();
    partial.put(rest);
  }

  /** Takes all whole packets; what is left begins an incomplete one. */
  abstract void parse(ByteBuffer in, long now) throws IOException;

  /** What the parsers call. */
  final void received(ByteBuffer in, int at, long now) {
    if (receiver != null) {
      receiver.received(in, at, now);
    }
  }

  // ---- sending

  /**
   * Puts a message into the buffer; {@link #flush} sends it. It begins with the two numbers; what
   * follows them is whatever is in the buffer, for no receiver reads it.
   *
   * @param bytes of the payload
   */
  abstract void publish(int destination, int bytes, long first, long second);

  /** The buffer, with room for so many bytes more. */
  final ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int capacity = Math.max(FIRST_BUFFER, 2 * (out.position() + bytes));
      out = ByteBuffer.allocateDirect(capacity).put(out.flip());
    }
    return out;
  }

  /** Sends what can be sent now; false if some must wait. */
  boolean flush() throws IOException {
    boolean all = link.flush(out.flip());
    out.compact();
    return all;
  }

  /** Asks the selector for room to send, or no longer. */
  void awaitRoom(boolean waiting) {
    int wanted = waiting ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  /** Whether it is on its sender's list of those that have something to send. */
  boolean dirty() {
    return dirty;
  }

  void dirty(boolean hasSomething) {
    dirty = hasSomething;
  }

  @Override
  public void close() throws IOException {
    link.bytes().close();
  }
}
