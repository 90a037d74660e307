package org.smqcluster.transport.device;

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
record HttpHead(String path, Map<String, List<String>> headers) {

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
   * @return the head, or null if it is none of HTTP/1
   */
  static HttpHead parse(byte[] bytes, int length) {
    String[] lines = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n");
    String[] request = lines[0].split(" ");
    if (request.length != 3 || !request[2].startsWith("HTTP/1.")) {
      return null;
    }
    Map<String, List<String>> headers = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon <= 0) {
        return null;
      }
      String name = lines[i].substring(0, colon).trim().toLowerCase(Locale.ROOT);
      headers
          .computeIfAbsent(COMMON.getOrDefault(name, name), n -> new ArrayList<>(1))
          .add(lines[i].substring(colon + 1).trim());
    }
    headers.replaceAll((name, values) -> List.copyOf(values));
    return new HttpHead(path(request[1]), Map.copyOf(headers));
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
