package org.smqcluster.client;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Writes the frames of one connection on its own thread, queued frames together in writes of up to
 * 16 KiB. The callers bound the queue: each frame's cost is returned to its caller when the frame
 * is written or discarded.
 */
final class FrameSender implements Runnable {

  private static final int BATCH = 16 * 1024;

  /** Answers that may wait, as no caller bounds them: the broker decides how many there are. */
  private static final int MAX_ANSWERS = 1024;

  private record Entry(byte[] frame, int cost) {}

  private final OutputStream out;
  private final IntConsumer released;
  private final Runnable failed;
  private final byte[] batch = new byte[BATCH];
  private ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private boolean closed;
  private boolean writing;

  /** How many of what waits are answers. */
  private int answers;

  private int filled;
  private int batchCost;

  /**
   * @param released takes costs that no longer count, on the writer's thread or the closer's
   * @param failed called on the writer's thread if the stream fails
   */
  FrameSender(OutputStream out, IntConsumer released, Runnable failed) {
    this.out = out;
    this.released = released;
    this.failed = failed;
  }

  /**
   * Queues a frame; never waits.
   *
   * @return false if the writer is closed, and the frame's cost not taken
   */
  synchronized boolean offer(byte[] frame, int cost) {
    if (closed) {
      return false;
    }
    waiting.add(new Entry(frame, cost));
    if (waiting.size() == 1) {
      notifyAll();
    }
    return true;
  }

  /**
   * Queues an answer to what the broker asked.
   *
   * @return false if the broker asks more than it reads
   */
  synchronized boolean answer(byte[] frame) {
    return ++answers <= MAX_ANSWERS && (offer(frame, 0) || closed);
  }

  /** Drops what waits and lets the thread end. */
  void close() {
    int dropped;
    synchronized (this) {
      closed = true;
      dropped = cost(waiting);
      waiting.clear();
      notifyAll();
    }
    released.accept(dropped);
  }

  @Override
  public void run() {
    ArrayDeque<Entry> taken = new ArrayDeque<>();
    try {
      for (taken = swap(taken); !taken.isEmpty(); taken = swap(taken)) {
        write(taken);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      failed.run();
    } finally {
      released.accept(batchCost + cost(taken));
    }
  }

  private static int cost(ArrayDeque<Entry> entries) {
    return entries.stream().mapToInt(Entry::cost).sum();
  }

  /** Waits for frames and takes all, leaving the emptied queue in their place; none at the end. */
  private synchronized ArrayDeque<Entry> swap(ArrayDeque<Entry> empty) throws InterruptedException {
    writing = false;
    notifyAll();
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return empty;
    }
    writing = true;
    ArrayDeque<Entry> taken = waiting;
    waiting = empty;
    answers = 0;
    return taken;
  }

  /** Waits until all is written, at most this many milliseconds. */
  synchronized void flush(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (!closed && (writing || !waiting.isEmpty()) && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
  }

  private void write(ArrayDeque<Entry> taken) throws IOException {
    for (Entry entry = taken.poll(); entry != null; entry = taken.poll()) {
      byte[] frame = entry.frame;
      if (filled + frame.length > BATCH) {
        flush(batch, filled);
      }
      batchCost += entry.cost;
      if (frame.length > BATCH) {
        flush(frame, frame.length);
      } else {
        System.arraycopy(frame, 0, batch, filled, frame.length);
        filled += frame.length;
      }
    }
    flush(batch, filled);
  }

  private void flush(byte[] bytes, int length) throws IOException {
    if (length > 0) {
      out.write(bytes, 0, length);
      out.flush();
    }
    filled = 0;
    int cost = batchCost;
    batchCost = 0;
    released.accept(cost);
  }
}
