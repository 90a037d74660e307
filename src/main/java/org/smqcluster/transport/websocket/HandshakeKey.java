package org.smqcluster.transport.websocket;

import java.util.Base64;
import java.util.List;

/** The key of a WebSocket handshake (RFC 6455, section 4.2.1), which Tyrus does not look at. */
public final class HandshakeKey {

  public static final String HEADER = "Sec-WebSocket-Key";

  private static final int BYTES = 16;
  private static final int CHARS = 24;

  private HandshakeKey() {}

  /**
   * Whether there is one key, of 16 bytes in base64.
   *
   * @param values of the header
   */
  public static boolean isValid(List<String> values) {
    if (values.size() != 1 || values.get(0).length() != CHARS) {
      return false;
    }
    try {
      return Base64.getDecoder().decode(values.get(0)).length == BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
