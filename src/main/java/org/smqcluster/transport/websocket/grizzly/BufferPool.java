package org.smqcluster.transport.websocket.grizzly;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Buffers for writing, shared by all connections: one is in use only while a write goes on, so that
 * an idle client holds none. Thread-safe.
 */
final class BufferPool {

  /** Bytes of a buffer: two frames of the largest packet. */
  static final int BUFFER_SIZE = 128 * 1024 + 16;

  private static final int KEPT = 16;

  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);

  /** An empty buffer over an array. */
  ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    return buffer == null ? ByteBuffer.allocate(BUFFER_SIZE) : buffer.clear();
  }

  void give(ByteBuffer buffer) {
    free.offer(buffer);
  }
}
