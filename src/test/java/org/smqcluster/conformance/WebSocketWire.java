package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** WebSocket by hand (RFC 6455), so that it can be broken on purpose. */
final class WebSocketWire extends Wire {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

  private volatile int closeCode;
  private boolean upgraded;

  WebSocketWire(int port) throws IOException {
    super(port);
    sendRaw(
        """
        GET /smq.lsp HTTP/1.1\r
        Host: 127.0.0.1\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r
        """
            .getBytes(StandardCharsets.US_ASCII));
    startReading();
  }

  @Override
  Frame readFrame(DataInputStream in) throws IOException {
    if (!upgraded) {
      upgraded = true;
      StringBuilder head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        head.append((char) in.readUnsignedByte());
      }
      if (!head.toString().startsWith("HTTP/1.1 101")) {
        throw new EOFException(head.toString());
      }
    }
    while (true) {
      int opcode = in.readUnsignedByte() & 0xF;
      int length = in.readUnsignedByte();
      assertTrue(length < 128, "a server masks nothing");
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = (int) in.readLong();
      }
      byte[] payload = new byte[length];
      in.readFully(payload);
      if (opcode == CLOSE) {
        closeCode = length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        throw new EOFException("closed with " + closeCode);
      } else if (opcode == PONG) {
        return new Frame(1000 + PONG, payload);
      } else if (opcode == BINARY) {
        return new Frame(payload[0] & 0xFF, Arrays.copyOfRange(payload, 1, length));
      }
    }
  }

  /** The code of the server's close frame, 0 if there was none. */
  int closeCode() {
    return closeCode;
  }

  @Override
  void send(byte[] packet) {
    sendFrame(0x80 | BINARY, packet, true);
  }

  /** A packet as a client's frame. */
  static byte[] masked(byte[] packet) {
    return frame(0x80 | BINARY, packet, true);
  }

  /** Sends a frame with this first byte. */
  void sendFrame(int first, byte[] payload, boolean masked) {
    sendRaw(frame(first, payload, masked));
  }

  private static byte[] frame(int first, byte[] payload, boolean masked) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
    int maskBit = masked ? 0x80 : 0;
    if (payload.length < 126) {
      frame.put((byte) (maskBit | payload.length));
    } else if (payload.length <= 0xFFFF) {
      frame.put((byte) (maskBit | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (maskBit | 127)).putLong(payload.length);
    }
    if (masked) {
      frame.put(MASK);
    }
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (masked ? payload[i] ^ MASK[i % 4] : payload[i]));
    }
    return Arrays.copyOf(frame.array(), frame.position());
  }
}
