package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A packet as it came from the broker: type and body, whatever the transport. */
record Frame(int type, byte[] body) {

  /** The unsigned 32-bit integer at this offset of the body. */
  int id(int offset) {
    return ByteBuffer.wrap(body).getInt(offset);
  }

  int u8(int offset) {
    return body[offset] & 0xFF;
  }

  /** The body from this offset on, as text. */
  String text(int offset) {
    return new String(body, offset, body.length - offset, StandardCharsets.UTF_8);
  }

  byte[] bytes(int offset) {
    return Arrays.copyOfRange(body, offset, body.length);
  }

  void expectType(int expected) {
    assertEquals(expected, type, () -> "got " + this);
  }

  @Override
  public String toString() {
    return "packet of type " + type + ": " + text(0);
  }
}
