package org.smqcluster.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

/** Frames as a client sends them (RFC 6455 section 5.2), legal and not. */
public final class Frames {

  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final Random RANDOM = new Random(42);

  private Frames() {}

  /** A whole binary message. */
  public static byte[] message(byte[] payload) {
    return frame(0x80 | BINARY, payload);
  }

  /** A masked frame with this first byte. */
  public static byte[] frame(int first, byte[] payload) {
    byte[] mask = new byte[4];
    RANDOM.nextBytes(mask);
    ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
    out.put((byte) first);
    if (payload.length < 126) {
      out.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65536) {
      out.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      out.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    out.put(mask);
    for (int i = 0; i < payload.length; i++) {
      out.put((byte) (payload[i] ^ mask[i & 3]));
    }
    byte[] frame = new byte[out.position()];
    out.flip().get(frame);
    return frame;
  }

  /** A close frame with a code. */
  public static byte[] close(int code) {
    return frame(0x80 | CLOSE, new byte[] {(byte) (code >>> 8), (byte) code});
  }

  /** So many bytes, each telling its place. */
  public static byte[] payload(int length) {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) (i * 31 + 7);
    }
    return payload;
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
