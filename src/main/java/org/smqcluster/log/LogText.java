package org.smqcluster.log;

/**
 * Makes text safe for a log that people read in a terminal: characters that steer a terminal, pass
 * for a new line or reorder what is shown become {@code \}{@code u} escapes; what is too long is
 * cut, with the number of characters that are missing.
 */
public final class LogText {

  /** Characters of one piece of text from a peer, for example a name. */
  public static final int PEER_CHARS = 80;

  private static final String CONTINUATION = "\n    ";

  private LogText() {}

  /** The text on one line, of at most {@code max} characters before it is escaped. */
  public static String line(String text, int max) {
    return escape(text, max, false);
  }

  /**
   * The text with its line breaks, each followed by an indentation: no line of it can pass for the
   * beginning of a record.
   */
  public static String block(String text, int max) {
    return escape(text, max, true);
  }

  private static String escape(String text, int max, boolean keepLines) {
    if (text == null) {
      return "null";
    }
    if (text.length() <= max && text.codePoints().noneMatch(LogText::isUnsafe)) {
      return text;
    }
    StringBuilder out = new StringBuilder(Math.min(text.length(), max) + 32);
    int end = Math.min(text.length(), max);
    for (int i = 0; i < end; ) {
      int point = text.codePointAt(i);
      int next = i + Character.charCount(point);
      if (!isUnsafe(point)) {
        out.appendCodePoint(point);
      } else if (keepLines && (point == '\n' || point == '\r' && isAt(text, next, '\n'))) {
        out.append(point == '\n' ? CONTINUATION : "");
      } else if (keepLines && point == '\t') {
        out.append('\t');
      } else {
        appendEscape(out, text, i, next);
      }
      i = next;
    }
    if (end < text.length()) {
      out.append("... (").append(text.length() - end).append(" more characters)");
    }
    return out.toString();
  }

  private static boolean isAt(String text, int index, char wanted) {
    return index < text.length() && text.charAt(index) == wanted;
  }

  private static void appendEscape(StringBuilder out, String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append("\\u").append(String.format("%04x", (int) c));
      }
    }
  }

  private static boolean isUnsafe(int point) {
    if (point >= ' ' && point < 0x7F) {
      return false;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
