package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a benchmark needs of RFC 6455: the upgrade, and heads with lengths of at most 16 bits. */
final class WebSocketFrame {

  static final byte BINARY = (byte) 0x82;

  /** In the first byte, of a frame that is no message. */
  static final int CONTROL = 0x08;

  /** In the second byte: the length is in the next two. */
  static final int LENGTH_16 = 126;

  static final int MASK = 4;

  /** The longest head of a frame to the broker. */
  static final int HEAD = 4 + MASK;

  private static final int MASKED = 0x80;

  private static final String UPGRADE =
      "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\n"
          + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n";

  private WebSocketFrame() {}

  /**
   * Makes a WebSocket of a connection.
   *
   * @param headers further ones, each with the end of its line
   */
  static void upgrade(Link link, String path, String headers) throws IOException {
    int port = link.socket().socket().getPort();
    link.write(UPGRADE.formatted(path, port, headers).getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) link.read(1)[0]);
    }
    if (!answer.toString().startsWith("HTTP/1.1 101")) {
      throw new IOException(answer.toString());
    }
  }

  /** The head of a binary message to the broker. */
  static void putHead(ByteBuffer out, int length, int mask) {
    out.put(BINARY);
    if (length < LENGTH_16) {
      out.put((byte) (MASKED | length));
    } else {
      out.put((byte) (MASKED | LENGTH_16)).putShort((short) length);
    }
    out.putInt(mask);
  }

  /** Where a payload from the broker begins, behind a head with this in its second byte. */
  static int headLength(int small) {
    return small < LENGTH_16 ? 2 : 4;
  }
}
