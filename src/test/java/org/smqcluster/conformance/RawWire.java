package org.smqcluster.conformance;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The raw transport: SMQ section 1. */
final class RawWire extends Wire {

  static final String REQUEST = "GET /smq.lsp HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n";

  private final boolean answered;
  private boolean headRead;

  /** Opens a connection as a device does. */
  RawWire(int port) throws IOException {
    this(port, REQUEST, false);
  }

  /**
   * Opens a connection with this bootstrap.
   *
   * @param answered whether an HTTP header block comes before the first packet
   */
  RawWire(int port, String bootstrap, boolean answered) throws IOException {
    super(port);
    this.answered = answered;
    sendRaw(bootstrap.getBytes(StandardCharsets.ISO_8859_1));
    startReading();
  }

  @Override
  Frame readFrame(DataInputStream in) throws IOException {
    if (answered && !headRead) {
      headRead = true;
      return new Frame(0, readHead(in));
    }
    int length = in.readUnsignedShort();
    byte[] body = new byte[length - 3];
    int type = in.readUnsignedByte();
    in.readFully(body);
    return new Frame(type, body);
  }

  private static byte[] readHead(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  void send(byte[] packet) {
    sendRaw(framed(packet));
  }

  static byte[] framed(byte[] packet) {
    return ByteBuffer.allocate(packet.length + 2)
        .putShort((short) (packet.length + 2))
        .put(packet)
        .array();
  }
}
