package org.smqcluster.transport.websocket.grizzly;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Buffers for writing, shared by all connections: one is in use only while a write goes on, so that
 * an idle client holds none. Thread-safe.
 */
final class BufferPool {

  /** Bytes of a buffer for frames: two of the largest packet. */
  static final int FRAMES = 128 * 1024 + 16;

  /** Bytes of a buffer for the same in TLS: ten records of the largest size that Java asks for. */
  static final int RECORDS = 10 * 17 * 1024;

  private static final int KEPT = 16;

  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);
  private final int size;

  /**
   * Makes an empty pool.
   *
   * @param size bytes of each buffer
   */
  BufferPool(int size) {
    this.size = size;
  }

  /** An empty buffer over an array. */
  ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    return buffer == null ? ByteBuffer.allocate(size) : buffer.clear();
  }

  void give(ByteBuffer buffer) {
    free.offer(buffer);
  }
}
