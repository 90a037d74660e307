package org.smqcluster.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Strings of the wire are bytes, UTF-8 only by convention (SMQ, preamble): a UID may be six raw
 * bytes of a MAC address. To keep every name distinct and to give it back unchanged, a byte that is
 * no UTF-8 becomes the lone surrogate U+DC80 to U+DCFF, as Python's {@code surrogateescape} has it.
 */
public final class WireText {

  /** How the printable form of what is not printable begins. */
  private static final String HEX = "0x";

  private static final char ESCAPE = 0xDC00;
  private static final char ELLIPSIS = '\u2026';
  private static final int ELLIPSIS_BYTES = 3;

  private WireText() {}

  /** The text of these bytes. Any bytes are allowed. */
  public static String decode(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    return text.indexOf('\uFFFD') < 0 ? text : decodeEscaped(bytes, offset, length);
  }

  private static String decodeEscaped(byte[] bytes, int offset, int length) {
    CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(length + 1);
    while (true) {
      var result = utf8.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE | in.get() & 0xFF));
      }
      utf8.reset();
    }
  }

  /** The bytes of this text; the inverse of {@link #decode}. */
  public static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        return encodeEscaped(text);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encodeEscaped(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      if (isEscape(text, i)) {
        out.write(text.charAt(i++));
      } else {
        int point = text.codePointAt(i);
        i += Character.charCount(point);
        out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  /**
   * The text for people, JSON and URLs: itself if it is made of printable characters and cannot be
   * mistaken for what follows, else {@code 0x} and its bytes as hexadecimal digits. No two texts
   * have one printable form.
   */
  public static String printable(String text) {
    return isPlain(text) && parsePrintable(text).equals(text)
        ? text
        : HEX + HexFormat.of().formatHex(encode(text));
  }

  /** The inverse of {@link #printable}; what it never gives is the text itself. */
  public static String parsePrintable(String shown) {
    if (!shown.startsWith(HEX) || shown.length() % 2 != 0) {
      return shown;
    }
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(shown, HEX.length(), shown.length());
    } catch (IllegalArgumentException e) {
      return shown;
    }
    String text = decode(bytes, 0, bytes.length);
    return printable(text).equals(shown) ? text : shown;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return isPlainUnicode(text);
      }
    }
    return true;
  }

  private static boolean isPlainUnicode(String text) {
    return text.codePoints()
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || Character.getType(c) == Character.SURROGATE
                    || Character.getType(c) == Character.UNASSIGNED);
  }

  /**
   * The text, or what fits of its beginning with an ellipsis behind it.
   *
   * @param maxBytes the longest result on the wire; at least 3, which the ellipsis takes
   */
  public static String cut(String text, int maxBytes) {
    if (text.length() * 3 <= maxBytes || encode(text).length <= maxBytes) {
      return text;
    }
    int end = 0;
    int bytes = ELLIPSIS_BYTES;
    while (true) {
      int point = text.codePointAt(end);
      bytes += isEscape(text, end) ? 1 : utf8Length(point);
      if (bytes > maxBytes) {
        return text.substring(0, end) + ELLIPSIS;
      }
      end += Character.charCount(point);
    }
  }

  private static int utf8Length(int point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }

  private static boolean isEscape(String text, int i) {
    char c = text.charAt(i);
    return c >= (ESCAPE | 0x80)
        && c <= (ESCAPE | 0xFF)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
