package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/** SMQ by WebSocket: each packet, without its length, a binary message. */
final class SmqWebSocketConnection extends SmqConnection {

  /** Bytes of a message that a receiver reads. */
  private static final int READ = MESSAGE_HEADER + 2 * Long.BYTES;

  private final SplittableRandom masks = new SplittableRandom();

  SmqWebSocketConnection(Link link, String uid) throws IOException {
    super(link);
    WebSocketFrame.upgrade(link, "/smq.lsp", "");
    connect(uid);
  }

  @Override
  byte[] frame(EncodedPacket packet) {
    ByteBuffer message = packet.message();
    ByteBuffer out = ByteBuffer.allocate(WebSocketFrame.HEAD + message.remaining());
    WebSocketFrame.putHead(out, message.remaining(), 0);
    out.put(message);
    byte[] frame = new byte[out.flip().remaining()];
    out.get(frame);
    return frame;
  }

  @Override
  EncodedPacket readPacket() throws IOException, MalformedPacketException {
    int small = link().read(2)[1];
    int length =
        small < WebSocketFrame.LENGTH_16
            ? small
            : ByteBuffer.wrap(link().read(2)).getShort() & 0xFFFF;
    return EncodedPacket.ofMessage(ByteBuffer.wrap(link().read(length)));
  }

  @Override
  void parse(ByteBuffer in, long now) throws IOException {
    while (in.remaining() >= WebSocketFrame.headLength(WebSocketFrame.LENGTH_16)) {
      int at = in.position();
      int small = in.get(at + 1);
      int begin = at + WebSocketFrame.headLength(small);
      int length = small < WebSocketFrame.LENGTH_16 ? small : in.getShort(at + 2) & 0xFFFF;
      if (in.limit() < begin + length) {
        return;
      }
      if (in.get(at) == WebSocketFrame.BINARY && in.get(begin) == PUBLISH) {
        received(in, begin + MESSAGE_HEADER, now);
      } else if (in.get(at) != WebSocketFrame.BINARY
          && (in.get(at) & WebSocketFrame.CONTROL) == 0) {
        throw new IOException("a message in parts, or of text");
      }
      in.position(begin + length);
    }
  }

  /** Masks the bytes that a receiver reads; the rest may have any value, masked or not. */
  @Override
  void publish(int destination, int bytes, long first, long second) {
    int length = MESSAGE_HEADER + bytes;
    ByteBuffer out = room(WebSocketFrame.HEAD + length);
    int mask = masks.nextInt();
    WebSocketFrame.putHead(out, length, mask);
    int begin = out.position();
    out.put(PUBLISH).putInt(destination).putInt(etid()).putInt(0).putLong(first).putLong(second);
    for (int i = 0; i < READ; i++) {
      int octet = mask >>> 24 - 8 * (i & WebSocketFrame.MASK - 1);
      out.put(begin + i, (byte) (out.get(begin + i) ^ octet));
    }
    out.position(begin + length);
  }
}
