package org.smqcluster.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The head of the HTTP answer with which a connection starts, and of the request for it. */
record HttpMessageHead(int status, String statusLine, Map<String, String> headers) {

  private static final int MAX_HEAD = 16 * 1024;

  /** A GET of the broker's URL with these headers behind {@code Host}. */
  static byte[] get(BrokerUri uri, Map<String, String> headers) {
    StringBuilder head = new StringBuilder();
    head.append("GET ").append(uri.target()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(uri.authority()).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads an answer up to and with its empty line, and no byte more.
   *
   * @throws IOException if it is not HTTP, or longer than 16 KiB
   */
  static HttpMessageHead read(InputStream in) throws IOException {
    int[] left = {MAX_HEAD};
    String statusLine = line(in, left);
    String[] parts = statusLine.split(" ", 3);
    if (!statusLine.startsWith("HTTP/1.") || parts.length < 2 || !parts[1].matches("\\d{3}")) {
      throw new IOException("no HTTP answer");
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return new HttpMessageHead(Integer.parseInt(parts[1]), statusLine, headers);
  }

  private static String line(InputStream in, int[] left) throws IOException {
    StringBuilder line = new StringBuilder();
    while (left[0]-- > 0) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("closed by the broker before its HTTP answer");
      }
      if (c == '\n') {
        return line.toString();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    throw new IOException("HTTP answer longer than " + MAX_HEAD + " bytes");
  }

  HttpMessageHead require(int expected) throws IOException {
    if (status != expected) {
      throw new IOException("the broker's address answered \"" + statusLine + "\"");
    }
    return this;
  }

  /** The value of a header, empty if it is not there. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }
}
