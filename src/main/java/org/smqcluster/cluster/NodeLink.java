package org.smqcluster.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.threads.DaemonThreads;

/**
 * Another node, as one broker sends to it. A thread of its own drains the outbox: all packets that
 * wait leave in one message. What is sent stays in the outbox's account until the node has
 * acknowledged it, so a node that is slow or frozen has a bounded share of memory and of the bus,
 * and no other node or client waits for it.
 */
final class NodeLink implements RemoteNode {

  /** Bytes of packets in one message, one longer packet excepted. */
  private static final int BATCH_BYTES = 60 * 1024;

  /** Messages that may be unacknowledged: below what JGroups queues for a connection. */
  private static final int WINDOW_MESSAGES = 256;

  /** An acknowledgement is asked for once in this many messages, or this part of the window. */
  private static final int ACK_INTERVAL = WINDOW_MESSAGES / 8;

  /** It is asked for this often at most, and this long after the last message at the latest. */
  private static final long ACK_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  /**
   * Nothing more is sent while an acknowledgement is late by this, or by twice the time that one
   * usually takes: what a node was sent that dies is lost, what was not sent yet is not.
   */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(6);

  private static final long LATE_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Divides the weight of one acknowledgement in the average of the times that they take. */
  private static final int AVERAGED = 8;

  private record Sent(long sequence, int packets, int bytes, long nanos) {}

  private final NodeInfo node;
  private final LongSupplier sequence;
  private final Sender sender;
  private final ClusterConfig.Bus bounds;
  private final Outbox outbox;
  private final Thread writer;
  private final Deque<Sent> unacknowledged = new ArrayDeque<>();
  private long unacknowledgedBytes;
  private long ackTakesNanos;
  private boolean stalled;
  private volatile boolean closed;
  private volatile boolean hasAnswered;

  /** Whether its node has died and the writer's thread takes nothing more. */
  private volatile boolean ended;

  // the writer's own
  private final List<EncodedPacket> batch = new ArrayList<>();
  private int messagesWithoutAck;
  private long bytesWithoutAck;
  private long ackAskedNanos;

  /** Gives messages to the bus. */
  interface Sender {

    /** Sends packets to the node; must not block. */
    void send(long sequence, List<EncodedPacket> packets, int length, boolean ackWanted);
  }

  NodeLink(
      NodeInfo node,
      String broker,
      ClusterConfig.Bus bounds,
      LongSupplier sequence,
      Sender sender) {
    this.node = node;
    this.sequence = sequence;
    this.sender = sender;
    this.bounds = bounds;
    this.outbox = new Outbox(bounds.outboxBytes(), this::wake);
    this.writer = new DaemonThreads("smq-bus-" + broker + "-" + node.name()).newThread(this::run);
  }

  void start() {
    writer.start();
  }

  @Override
  public String name() {
    return node.name();
  }

  @Override
  public boolean readsVersions() {
    return isNumbered();
  }

  /** Whether the node reads the numbers of packets, and marks. */
  boolean isNumbered() {
    return node.format() > FormatVersion.UNTOLD;
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  /** Whether the node has acknowledged anything. */
  boolean hasAnswered() {
    return hasAnswered;
  }

  int id() {
    return node.id();
  }

  private void wake() {
    LockSupport.unpark(writer);
  }

  // ---- the writer's thread

  private void run() {
    // not counted in the window: it is lost if the node has not opened the broker yet
    sender.send(sequence.getAsLong(), List.of(), 0, true);
    while (!closed) {
      if (outbox.peek() == null) {
        idle();
      } else if (awaitWindow()) {
        sendBatch();
      }
    }
    ended = true;
  }

  private void idle() {
    if (messagesWithoutAck == 0) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, ACK_NANOS);
      if (outbox.peek() == null) {
        askForAck();
      }
    }
  }

  private void askForAck() {
    send(List.of(), 0, true);
  }

  /** Waits until more may be sent; false if the node is gone. */
  private boolean awaitWindow() {
    while (!closed) {
      if (messagesWithoutAck > 0 && !isWindowOpen()) {
        askForAck();
      }
      synchronized (unacknowledged) {
        if (isWindowOpen()) {
          return true;
        }
        awaitAck();
        if (isWindowOpen()) {
          return true;
        }
        stalled = true;
      }
      outbox.peerStalled(true);
      // an acknowledgement may have been lost with a view: ask again
      askForAck();
    }
    return false;
  }

  private boolean isWindowOpen() {
    synchronized (unacknowledged) {
      return unacknowledgedBytes < bounds.windowBytes()
          && unacknowledged.size() < WINDOW_MESSAGES
          && !isAckLate();
    }
  }

  private boolean isAckLate() {
    Sent first = unacknowledged.peek();
    long allowed = Math.min(LATE_AT_MOST_NANOS, Math.max(LATE_NANOS, 2 * ackTakesNanos));
    return first != null && System.nanoTime() - first.nanos() > allowed;
  }

  private void awaitAck() {
    long deadline = System.nanoTime() + bounds.stallTime().toNanos();
    try {
      long left = deadline - System.nanoTime();
      while (left > 0 && !closed && !isWindowOpen()) {
        TimeUnit.NANOSECONDS.timedWait(unacknowledged, left);
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private void sendBatch() {
    int length = 0;
    EncodedPacket next = outbox.peek();
    do {
      batch.add(next);
      length += next.rawLength();
      outbox.poll();
      next = outbox.peek();
    } while (next != null && length + next.rawLength() <= BATCH_BYTES);
    send(batch, length, false);
    batch.clear();
  }

  private void send(List<EncodedPacket> packets, int length, boolean ackWanted) {
    long number = sequence.getAsLong();
    long now = System.nanoTime();
    synchronized (unacknowledged) {
      unacknowledged.add(new Sent(number, packets.size(), length, now));
      unacknowledgedBytes += length;
    }
    messagesWithoutAck++;
    bytesWithoutAck += length;
    boolean due =
        ackWanted
            || now - ackAskedNanos >= ACK_NANOS
            || messagesWithoutAck >= ACK_INTERVAL
            || bytesWithoutAck >= bounds.windowBytes() / 8;
    sender.send(number, packets, length, due);
    if (due) {
      ackAskedNanos = now;
      messagesWithoutAck = 0;
      bytesWithoutAck = 0;
    }
  }

  // ---- others' threads

  /** Everything up to this sequence has arrived. */
  void acknowledged(long sequence) {
    hasAnswered = true;
    int packets = 0;
    long bytes = 0;
    boolean wasStalled;
    synchronized (unacknowledged) {
      if (closed) {
        return;
      }
      for (Sent first = unacknowledged.peek();
          first != null && first.sequence() <= sequence;
          first = unacknowledged.peek()) {
        packets += first.packets();
        bytes += first.bytes();
        if (first.sequence() == sequence) {
          ackTook(System.nanoTime() - first.nanos());
        }
        unacknowledged.remove();
      }
      unacknowledgedBytes -= bytes;
      wasStalled = stalled;
      stalled = false;
      unacknowledged.notifyAll();
    }
    outbox.written(packets, bytes);
    if (wasStalled) {
      outbox.peerStalled(false);
    }
  }

  private void ackTook(long nanos) {
    ackTakesNanos = ackTakesNanos == 0 ? nanos : ackTakesNanos + (nanos - ackTakesNanos) / AVERAGED;
  }

  @Override
  public boolean isGone() {
    return closed;
  }

  /** The node has died: what it was not sent is kept, and what is offered from now on. */
  void died() {
    int packets;
    long bytes;
    synchronized (unacknowledged) {
      closed = true;
      packets = unacknowledged.stream().mapToInt(Sent::packets).sum();
      bytes = unacknowledgedBytes;
      unacknowledged.notifyAll();
    }
    outbox.written(packets, bytes);
    outbox.peerStalled(true);
    wake();
  }

  /**
   * Takes what the node was not sent before it died, and what was offered since, in that order. It
   * stays in the outbox's account. One thread at a time.
   *
   * @return empty until the writer has ended
   */
  Optional<List<EncodedPacket>> takeKept() {
    if (!ended) {
      return Optional.empty();
    }
    List<EncodedPacket> taken = new ArrayList<>();
    for (EncodedPacket next = outbox.poll(); next != null; next = outbox.poll()) {
      taken.add(next);
    }
    return Optional.of(taken);
  }

  /** The node is gone: what waits for it is dropped, publishers that wait for it go on. */
  void close() {
    closed = true;
    outbox.close();
    synchronized (unacknowledged) {
      unacknowledged.notifyAll();
    }
    wake();
  }
}
