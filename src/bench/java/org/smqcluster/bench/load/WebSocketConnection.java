package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/** SMQ by WebSocket: each packet, without its length, a binary message. */
final class WebSocketConnection extends SmqConnection {

  private static final byte BINARY = (byte) 0x82;
  private static final int MASKED = 0x80;
  private static final int LENGTH_16 = 126;
  private static final int CONTROL = 0x08;
  private static final int MASK = 4;

  /** The longest head of a frame to the broker. */
  private static final int HEAD = 4 + MASK;

  /** What there is of a message that somebody reads. */
  private static final int READ = MESSAGE_HEADER + 2 * Long.BYTES;

  private static final String UPGRADE =
      "GET /smq.lsp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\n"
          + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  private final SplittableRandom masks = new SplittableRandom();

  WebSocketConnection(Link link, String uid) throws IOException {
    super(link);
    link.write(
        UPGRADE.formatted(link.socket().socket().getPort()).getBytes(StandardCharsets.US_ASCII));
    String answer = readHead();
    if (!answer.startsWith("HTTP/1.1 101")) {
      throw new IOException(answer);
    }
    connect(uid);
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) link().read(1)[0]);
    }
    return head.toString();
  }

  /** Where a payload begins, behind a head with this length in its second byte. */
  private static int headLength(int small) {
    return small < LENGTH_16 ? 2 : 4;
  }

  @Override
  byte[] frame(EncodedPacket packet) {
    ByteBuffer message = packet.message();
    ByteBuffer out = ByteBuffer.allocate(HEAD + message.remaining());
    putHead(out, message.remaining(), 0);
    out.put(message);
    byte[] frame = new byte[out.flip().remaining()];
    out.get(frame);
    return frame;
  }

  private static void putHead(ByteBuffer out, int length, int mask) {
    out.put(BINARY);
    if (length < LENGTH_16) {
      out.put((byte) (MASKED | length));
    } else {
      out.put((byte) (MASKED | LENGTH_16)).putShort((short) length);
    }
    out.putInt(mask);
  }

  @Override
  EncodedPacket readPacket() throws IOException, MalformedPacketException {
    int small = link().read(2)[1];
    int length = small < LENGTH_16 ? small : ByteBuffer.wrap(link().read(2)).getShort() & 0xFFFF;
    return EncodedPacket.ofMessage(ByteBuffer.wrap(link().read(length)));
  }

  @Override
  void parse(ByteBuffer in, long now) throws IOException {
    while (in.remaining() >= headLength(LENGTH_16)) {
      int at = in.position();
      int small = in.get(at + 1);
      int begin = at + headLength(small);
      int length = small < LENGTH_16 ? small : in.getShort(at + 2) & 0xFFFF;
      if (in.limit() < begin + length) {
        return;
      }
      if (in.get(at) == BINARY && in.get(begin) == PUBLISH) {
        received(in, begin + MESSAGE_HEADER, now);
      } else if (in.get(at) != BINARY && (in.get(at) & CONTROL) == 0) {
        throw new IOException("a message in parts, or of text");
      }
      in.position(begin + length);
    }
  }

  /** Masks what somebody reads; the rest is whatever it is, masked or not. */
  @Override
  void publish(int destination, int bytes, long first, long second) {
    int length = MESSAGE_HEADER + bytes;
    ByteBuffer out = room(HEAD + length);
    int mask = masks.nextInt();
    putHead(out, length, mask);
    int begin = out.position();
    out.put(PUBLISH).putInt(destination).putInt(etid()).putInt(0).putLong(first).putLong(second);
    for (int i = 0; i < READ; i++) {
      int octet = mask >>> 24 - 8 * (i & MASK - 1);
      out.put(begin + i, (byte) (out.get(begin + i) ^ octet));
    }
    out.position(begin + length);
  }
}
