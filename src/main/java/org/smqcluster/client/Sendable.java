package org.smqcluster.client;

import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/**
 * Rejects at the caller what no packet can carry, before any state changes. A text must survive
 * encoding and decoding unchanged, because the broker's answers repeat it.
 */
final class Sendable {

  private Sendable() {}

  /**
   * The name of a topic or sub-topic.
   *
   * @throws IllegalArgumentException if it has half a character in it (a lone surrogate), or is
   *     longer than {@link ProtocolLimits#MAX_NAME} bytes
   */
  static String name(String name) {
    return isShortAscii(name) ? name : text("a name", name, 0, ProtocolLimits.MAX_NAME);
  }

  /** A text whose length in bytes is within these bounds. */
  static String text(String what, String text, int min, int max) {
    byte[] bytes = WireText.encode(text);
    if (!WireText.decode(bytes, 0, bytes.length).equals(text)) {
      throw new IllegalArgumentException(
          what + " with half a character (a lone surrogate) in it: " + WireText.printable(text));
    }
    if (bytes.length < min || bytes.length > max) {
      throw new IllegalArgumentException(
          what + " of " + bytes.length + " bytes; it takes " + min + " to " + max);
    }
    return text;
  }

  /** Spares each message the copies that a closer look makes. */
  private static boolean isShortAscii(String name) {
    return name.length() <= ProtocolLimits.MAX_NAME && name.chars().allMatch(c -> c < 0x80);
  }
}
