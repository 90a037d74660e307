package org.smqcluster.cluster;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Fields behind the fixed ones of a value: {@code tag u8, length u16, bytes} each, up to the
 * value's end. A reader skips tags that it does not know. A tag is never used again for something
 * else.
 */
final class Extension {

  private Extension() {}

  static void write(DataOutputStream out, int tag, byte[] field) throws IOException {
    out.writeByte(tag);
    out.writeShort(field.length);
    out.write(field);
  }

  /**
   * The fields up to the end of the input, by tag.
   *
   * @throws IOException if the last field is cut off
   */
  static Map<Integer, byte[]> read(DataInputStream in) throws IOException {
    Map<Integer, byte[]> fields = new HashMap<>();
    for (int tag = in.read(); tag >= 0; tag = in.read()) {
      byte[] field = new byte[in.readUnsignedShort()];
      in.readFully(field);
      fields.put(tag, field);
    }
    return fields;
  }

  /**
   * Whether a field is among those up to the end of the input.
   *
   * @throws BufferUnderflowException if the last field is cut off
   */
  static boolean has(int wanted, ByteBuffer in) {
    boolean found = false;
    while (in.hasRemaining()) {
      found |= (in.get() & 0xFF) == wanted;
      skip(in);
    }
    return found;
  }

  /** Passes over a length u16 and as many bytes. */
  static void skip(ByteBuffer in) {
    int length = in.getShort() & 0xFFFF;
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + length);
  }
}
