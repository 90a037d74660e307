package org.smqcluster.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/** SMQ by its raw transport: each packet behind its length. */
final class SmqRawConnection extends SmqConnection {

  private static final int LENGTH = 2;
  private static final byte[] BOOTSTRAP =
      "GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  SmqRawConnection(Link link, String uid) throws IOException {
    super(link);
    link.write(BOOTSTRAP);
    connect(uid);
  }

  @Override
  byte[] frame(EncodedPacket packet) {
    return packet.raw();
  }

  @Override
  EncodedPacket readPacket() throws IOException, MalformedPacketException {
    byte[] head = link().read(LENGTH);
    int length = (head[0] & 0xFF) << 8 | head[1] & 0xFF;
    byte[] raw = Arrays.copyOf(head, length);
    System.arraycopy(link().read(length - LENGTH), 0, raw, LENGTH, length - LENGTH);
    return EncodedPacket.ofRaw(raw);
  }

  @Override
  void parse(ByteBuffer in, long now) {
    while (in.remaining() > LENGTH) {
      int at = in.position();
      int length = in.getShort(at) & 0xFFFF;
      if (in.remaining() < length) {
        return;
      }
      if (in.get(at + LENGTH) == PUBLISH) {
        received(in, at + LENGTH + MESSAGE_HEADER, now);
      }
      in.position(at + length);
    }
  }

  @Override
  void publish(int destination, int bytes, long first, long second) {
    int length = LENGTH + MESSAGE_HEADER + bytes;
    ByteBuffer out = room(length);
    int end = out.position() + length;
    out.putShort((short) length).put(PUBLISH);
    out.putInt(destination).putInt(etid()).putInt(0).putLong(first).putLong(second);
    out.position(end);
  }
}
