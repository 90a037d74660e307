package org.smqcluster.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.ProtocolLimits;

/**
 * The client's side of a WebSocket (RFC 6455), each packet a binary message. On a plain socket
 * rather than by the JDK's own client, because that connects to the first address of a name only,
 * and sends one message a write.
 */
final class WebSocketFraming implements Framing {

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MASK_BYTES = 4;
  private static final int MASKS_AT_ONCE = 256;

  private static final int FINAL = 0x80;
  private static final int RESERVED_BITS = 0x70;
  private static final int MASKED = 0x80;
  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_CONTROL = 125;

  private final byte[] masks = new byte[MASK_BYTES * MASKS_AT_ONCE];
  private int nextMask = masks.length;

  private WebSocketFraming() {}

  /** Starts the transport by its HTTP upgrade. */
  static WebSocketFraming open(
      InputStream in, OutputStream out, BrokerUri uri, Map<String, String> headers)
      throws IOException {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    String key = Base64.getEncoder().encodeToString(nonce);
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Upgrade", "websocket");
    all.put("Connection", "Upgrade");
    all.put("Sec-WebSocket-Key", key);
    all.put("Sec-WebSocket-Version", "13");
    out.write(HttpMessageHead.get(uri, all));
    out.flush();
    HttpMessageHead answer = HttpMessageHead.read(in).require(101);
    if (!answer.header("Sec-WebSocket-Accept").equals(acceptFor(key))) {
      throw new IOException("the broker's address answered 101, but not to this WebSocket key");
    }
    return new WebSocketFraming();
  }

  /** What a server answers to a key. */
  static String acceptFor(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-1", e);
    }
  }

  @Override
  public byte[] frame(EncodedPacket packet) {
    return frame(BINARY, packet.raw(), ProtocolLimits.RAW_LENGTH, packet.messageLength());
  }

  private byte[] frame(int opcode, byte[] payload, int offset, int length) {
    boolean longer = length > MAX_CONTROL;
    byte[] frame = new byte[2 + (longer ? 2 : 0) + MASK_BYTES + length];
    ByteBuffer out = ByteBuffer.wrap(frame).put((byte) (FINAL | opcode));
    if (longer) {
      out.put((byte) (MASKED | 126)).putShort((short) length);
    } else {
      out.put((byte) (MASKED | length));
    }
    int mask = out.position();
    putMask(out);
    int at = out.position();
    for (int i = 0; i < length; i++) {
      frame[at + i] = (byte) (payload[offset + i] ^ frame[mask + (i & 3)]);
    }
    return frame;
  }

  /** Fresh random bytes for each frame, as section 5.3 asks, fetched many at a time. */
  private void putMask(ByteBuffer out) {
    synchronized (masks) {
      if (nextMask == masks.length) {
        RANDOM.nextBytes(masks);
        nextMask = 0;
      }
      out.put(masks, nextMask, MASK_BYTES);
      nextMask += MASK_BYTES;
    }
  }

  @Override
  public EncodedPacket read(InputStream in, Reply reply)
      throws IOException, MalformedPacketException {
    ByteArrayOutputStream fragments = null;
    while (true) {
      int head = octet(in);
      int opcode = head & 0x0F;
      int sizeByte = octet(in);
      boolean last = (head & FINAL) != 0;
      if ((head & RESERVED_BITS) != 0 || (sizeByte & MASKED) != 0 || (opcode >= CLOSE && !last)) {
        throw new IOException("the broker's frame breaks RFC 6455");
      }
      int before = opcode == CONTINUATION && fragments != null ? fragments.size() : 0;
      byte[] payload = payload(in, opcode, length(in, sizeByte), before);
      if (opcode >= CLOSE) {
        control(opcode, payload, reply);
        continue;
      }
      boolean continues = fragments != null;
      if (opcode != (continues ? CONTINUATION : BINARY)) {
        throw new IOException("the broker's frames break RFC 6455");
      }
      if (last && !continues) {
        return EncodedPacket.ofMessage(ByteBuffer.wrap(payload));
      }
      if (!continues) {
        fragments = new ByteArrayOutputStream();
      }
      fragments.writeBytes(payload);
      if (last) {
        return EncodedPacket.ofMessage(ByteBuffer.wrap(fragments.toByteArray()));
      }
    }
  }

  private static int length(InputStream in, int sizeByte) throws IOException {
    int size = sizeByte & 0x7F;
    if (size < 126) {
      return size;
    }
    long length = 0;
    for (int i = size == 126 ? 2 : 8; i > 0; i--) {
      length = length << 8 | octet(in);
    }
    if (length < 0 || length > ProtocolLimits.MAX_MESSAGE) {
      throw new IOException("the broker's message is longer than a packet can be");
    }
    return (int) length;
  }

  private static byte[] payload(InputStream in, int opcode, int length, int before)
      throws IOException {
    if (before + length > (opcode >= CLOSE ? MAX_CONTROL : ProtocolLimits.MAX_MESSAGE)) {
      throw new IOException("the broker's message is longer than a packet can be");
    }
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("closed by the broker within a frame");
    }
    return payload;
  }

  private void control(int opcode, byte[] payload, Reply reply) throws IOException {
    if (opcode == PING) {
      reply.send(frame(PONG, payload, 0, payload.length));
    } else if (opcode == CLOSE) {
      reply.send(frame(CLOSE, payload, 0, Math.min(payload.length, 2)));
      String code = payload.length < 2 ? "" : " " + ((payload[0] & 0xFF) << 8 | payload[1] & 0xFF);
      String reason =
          payload.length < 3
              ? ""
              : " (" + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8) + ")";
      throw new EOFException("closed by the broker: WebSocket close" + code + reason);
    } else if (opcode != PONG) {
      throw new IOException("the broker's frame breaks RFC 6455");
    }
  }

  private static int octet(InputStream in) throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("closed by the broker");
    }
    return octet;
  }
}
