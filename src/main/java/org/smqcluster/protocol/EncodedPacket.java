package org.smqcluster.protocol;

import java.nio.ByteBuffer;

/**
 * A packet as bytes, encoded once and shared by all its receivers. The array has the form of the
 * raw transport, {@code length u16, type u8, body}; the WebSocket form is the same without the
 * length, behind a frame header. Immutable by contract: {@link #raw()} must not be modified.
 */
public final class EncodedPacket {

  private static final int BINARY_FINAL = 0x82;
  private static final int SHORT_FRAME = 125;
  private static final int LENGTH_16 = 126;

  private final byte[] raw;

  /** Set before the packet is shared. */
  private long number;

  private EncodedPacket(byte[] raw) {
    this.raw = raw;
  }

  /**
   * Takes over an array in raw form.
   *
   * @throws MalformedPacketException if its length field is not its length, or below 3
   */
  public static EncodedPacket ofRaw(byte[] raw) throws MalformedPacketException {
    if (raw.length < ProtocolLimits.MIN_RAW_PACKET
        || raw.length > ProtocolLimits.MAX_RAW_PACKET
        || ((raw[0] & 0xFF) << 8 | raw[1] & 0xFF) != raw.length) {
      throw new MalformedPacketException(MalformedPacketException.Reason.BAD_LENGTH);
    }
    return new EncodedPacket(raw);
  }

  /**
   * Copies a WebSocket message, type and body.
   *
   * @throws MalformedPacketException if it is empty or longer than a packet can be
   */
  public static EncodedPacket ofMessage(ByteBuffer message) throws MalformedPacketException {
    int length = message.remaining();
    if (length == 0) {
      throw new MalformedPacketException(MalformedPacketException.Reason.BAD_LENGTH);
    }
    if (length > ProtocolLimits.MAX_MESSAGE) {
      throw new MalformedPacketException(MalformedPacketException.Reason.TOO_LONG);
    }
    byte[] raw = withLength(length);
    message.get(raw, ProtocolLimits.RAW_LENGTH, length);
    return new EncodedPacket(raw);
  }

  /** A packet with a body to be filled in by the encoder. */
  static EncodedPacket allocate(PacketType type, int bodyLength) {
    byte[] raw = withLength(1 + bodyLength);
    raw[ProtocolLimits.RAW_LENGTH] = (byte) type.code();
    return new EncodedPacket(raw);
  }

  private static byte[] withLength(int messageLength) {
    int length = ProtocolLimits.RAW_LENGTH + messageLength;
    if (length > ProtocolLimits.MAX_RAW_PACKET) {
      throw new IllegalArgumentException("packet of " + length + " bytes");
    }
    byte[] raw = new byte[length];
    raw[0] = (byte) (length >>> 8);
    raw[1] = (byte) length;
    return raw;
  }

  /** The raw form itself, not a copy: for reading only. */
  public byte[] raw() {
    return raw;
  }

  /**
   * Gives a message its place among those of its publisher: later ones have higher numbers, also on
   * the publisher's next connection. The number is not part of the bytes. Before the packet is
   * shared.
   */
  public void number(long place) {
    number = place;
  }

  /** The place among the publisher's messages; 0 if it is not known. */
  public long number() {
    return number;
  }

  /** Bytes of the raw form. */
  public int rawLength() {
    return raw.length;
  }

  /** Bytes of type and body: the packet without any transport's framing. */
  public int messageLength() {
    return raw.length - ProtocolLimits.RAW_LENGTH;
  }

  /** Bytes of the WebSocket form: an unmasked frame with type and body. */
  public int webSocketLength() {
    int length = messageLength();
    return length + (length <= SHORT_FRAME ? 2 : 4);
  }

  /** Appends the WebSocket form; {@link #webSocketLength()} bytes must be free. */
  public void putWebSocket(ByteBuffer out) {
    int length = messageLength();
    out.put((byte) BINARY_FINAL);
    if (length <= SHORT_FRAME) {
      out.put((byte) length);
    } else {
      out.put((byte) LENGTH_16).putShort((short) length);
    }
    out.put(raw, ProtocolLimits.RAW_LENGTH, length);
  }

  /** Type and body as a buffer over the shared bytes, read-only. */
  public ByteBuffer message() {
    return ByteBuffer.wrap(raw, ProtocolLimits.RAW_LENGTH, messageLength())
        .slice()
        .asReadOnlyBuffer();
  }

  /** The code of the packet's type, reserved ones included. */
  public int typeCode() {
    return raw[ProtocolLimits.RAW_LENGTH] & 0xFF;
  }

  /** Bytes of the body. */
  int bodyLength() {
    return raw.length - ProtocolLimits.MIN_RAW_PACKET;
  }

  /** The big-endian integer that starts at this offset of the body. */
  int bodyInt(int offset) {
    int at = ProtocolLimits.MIN_RAW_PACKET + offset;
    return raw[at] << 24
        | (raw[at + 1] & 0xFF) << 16
        | (raw[at + 2] & 0xFF) << 8
        | raw[at + 3] & 0xFF;
  }

  /** The body for writing, from its start; only while the packet is being made. */
  ByteBuffer body() {
    return ByteBuffer.wrap(raw, ProtocolLimits.MIN_RAW_PACKET, bodyLength());
  }
}
