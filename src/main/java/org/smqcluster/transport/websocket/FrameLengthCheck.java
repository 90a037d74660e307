package org.smqcluster.transport.websocket;

import java.io.IOException;
import org.smqcluster.protocol.ProtocolLimits;

/** Follows the frames of one connection by their declared lengths. One thread at a time. */
final class FrameLengthCheck {

  /** Longer than the longest message, so that SMQ can answer one that is only a little too long. */
  static final int MAX_FRAME = 2 * ProtocolLimits.MAX_MESSAGE;

  /** Bytes up to the one with the mask bit and the short length. */
  private static final int SHORT_HEADER = 2;

  private static final int MASK_LENGTH = 4;

  // the header that is being read: its bytes so far, and where its parts end
  private int read;
  private int lengthEnd = SHORT_HEADER;
  private int headerEnd = SHORT_HEADER;
  private long length;

  /** Bytes of the payload that are still to come. */
  private long left;

  /**
   * Looks at bytes in the order in which they arrive.
   *
   * @param count may be negative, as what a stream's read returns
   * @throws IOException if a frame declares more than {@link #MAX_FRAME} bytes
   */
  void follow(byte[] bytes, int offset, int count) throws IOException {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      if (left > 0) {
        long skipped = Math.min(left, end - at);
        left -= skipped;
        at += (int) skipped;
      } else {
        readHeader(bytes[at++] & 0xFF);
      }
    }
  }

  private void readHeader(int next) throws IOException {
    read++;
    if (read == SHORT_HEADER) {
      int code = next & 0x7F;
      int extended = code == 126 ? Short.BYTES : code == 127 ? Long.BYTES : 0;
      length = extended == 0 ? code : 0;
      lengthEnd = SHORT_HEADER + extended;
      headerEnd = lengthEnd + ((next & 0x80) == 0 ? 0 : MASK_LENGTH);
    } else if (read > SHORT_HEADER && read <= lengthEnd) {
      length = length << Byte.SIZE | next;
    }
    if (read == lengthEnd && (length < 0 || length > MAX_FRAME)) {
      throw new IOException("WebSocket frame of " + Long.toUnsignedString(length) + " bytes");
    }
    if (read == headerEnd) {
      left = length;
      read = 0;
      lengthEnd = SHORT_HEADER;
      headerEnd = SHORT_HEADER;
    }
  }
}
