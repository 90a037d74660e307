package org.smqcluster.client.command;

import java.nio.ByteBuffer;

/**
 * What a benchmark's payload starts with.
 *
 * @param source the publisher's number
 * @param epoch changes when a window is given up as lost
 * @param sequence counts the publisher's messages of an epoch
 * @param due when it was to be sent, on this process' nanosecond clock
 */
record BenchMessage(int source, int epoch, long sequence, long due) {

  /** Bytes at the start of a payload. */
  static final int HEADER = Integer.BYTES * 2 + Long.BYTES * 2;

  byte[] payload(int bytes) {
    byte[] payload = new byte[bytes];
    ByteBuffer.wrap(payload).putInt(source).putInt(epoch).putLong(sequence).putLong(due);
    return payload;
  }

  static BenchMessage of(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    return new BenchMessage(in.getInt(), in.getInt(), in.getLong(), in.getLong());
  }
}
