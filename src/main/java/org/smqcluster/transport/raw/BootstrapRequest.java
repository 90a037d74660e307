package org.smqcluster.transport.raw;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The head of an HTTP request, as far as the bootstrap of the raw transport needs it.
 *
 * @param path of the request's target, without query
 * @param headers by name in lower case
 */
record BootstrapRequest(String path, Map<String, List<String>> headers) {

  private static final String VERSION = "HTTP/1.";

  static final String SIMPLE_MQ = "simplemq";
  static final String SEND_RESPONSE = "sendsmqhttpresponse";
  static final String UPGRADE = "upgrade";

  /** Header names that most clients send: not one string each a connection. */
  private static final Map<String, String> COMMON =
      Map.of(
          "host",
          "host",
          SIMPLE_MQ,
          SIMPLE_MQ,
          SEND_RESPONSE,
          SEND_RESPONSE,
          "user-agent",
          "user-agent",
          "authorization",
          "authorization");

  /**
   * Reads a head.
   *
   * @param bytes request line and headers, with the empty line behind them or without
   * @return the head, or null if it is not HTTP/1
   */
  static BootstrapRequest parse(byte[] bytes, int length) {
    String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    int end = lineEnd(text, 0);
    int space = text.indexOf(' ');
    int secondSpace = text.indexOf(' ', space + 1);
    if (space <= 0
        || secondSpace < 0
        || secondSpace > end
        || !text.startsWith(VERSION, secondSpace + 1)) {
      return null;
    }
    Map<String, List<String>> headers = new HashMap<>();
    for (int start = next(text, end); start < length; start = next(text, end)) {
      end = lineEnd(text, start);
      int colon = text.indexOf(':', start);
      if (end > start && !addHeader(headers, text, start, colon, end)) {
        return null;
      }
    }
    headers.replaceAll((name, values) -> List.copyOf(values));
    return new BootstrapRequest(path(text.substring(space + 1, secondSpace)), Map.copyOf(headers));
  }

  private static boolean addHeader(
      Map<String, List<String>> headers, String text, int start, int colon, int end) {
    if (colon <= start || colon > end) {
      return false;
    }
    String name = text.substring(start, colon).trim().toLowerCase(Locale.ROOT);
    headers
        .computeIfAbsent(COMMON.getOrDefault(name, name), n -> new ArrayList<>(1))
        .add(text.substring(colon + 1, end).trim());
    return true;
  }

  /** Where the line that starts here ends, in front of CR LF or LF. */
  private static int lineEnd(String text, int start) {
    int feed = text.indexOf('\n', start);
    if (feed < 0) {
      return text.length();
    }
    return feed > start && text.charAt(feed - 1) == '\r' ? feed - 1 : feed;
  }

  /** Where the line behind the one that ends here starts. */
  private static int next(String text, int end) {
    boolean carriageReturn = end < text.length() && text.charAt(end) == '\r';
    return end + (carriageReturn ? 2 : 1);
  }

  private static String path(String target) {
    int start = 0;
    int scheme = target.indexOf("://");
    if (scheme > 0) {
      start = target.indexOf('/', scheme + 3);
      if (start < 0) {
        return "/";
      }
    }
    int query = target.indexOf('?', start);
    return target.substring(start, query < 0 ? target.length() : query);
  }

  boolean has(String name) {
    return headers.containsKey(name);
  }

  /** Whether the client wants the raw transport. */
  boolean isSmq() {
    return has(SIMPLE_MQ) && !has(UPGRADE);
  }

  /** Whether the client reads an HTTP answer before the first packet. */
  boolean wantsAnswer() {
    return has(SEND_RESPONSE) && "true".equalsIgnoreCase(headers.get(SEND_RESPONSE).get(0));
  }
}
