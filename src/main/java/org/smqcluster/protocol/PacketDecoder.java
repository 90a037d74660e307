package org.smqcluster.protocol;

import java.util.Arrays;
import org.smqcluster.protocol.MalformedPacketException.Reason;

/**
 * Turns bytes into packets: the inverse of {@link PacketEncoder}. Every body is checked for its
 * size first; bytes behind a complete fixed body are ignored (SMQ section 6). Stateless.
 */
public final class PacketDecoder {

  private static final int BODY = ProtocolLimits.MIN_RAW_PACKET;

  private PacketDecoder() {}

  /**
   * Decodes a packet.
   *
   * @throws MalformedPacketException with the reason, if the type is reserved or the body does not
   *     fit its type
   */
  public static Packet decode(EncodedPacket in) throws MalformedPacketException {
    return switch (PacketType.of(in.typeCode())) {
      case PUBLISH -> new Packet.Publish(require(in, ProtocolLimits.PUBLISH_HEADER));
      case INIT -> init(in);
      case CONNECT -> connect(in);
      case CONNACK -> connack(in);
      case SUBSCRIBE -> new Packet.Subscribe(text(in, 0));
      case SUBACK -> new Packet.Suback(accepted(in), in.bodyInt(1), text(in, 5));
      case CREATE -> new Packet.Create(text(in, 0));
      case CREATEACK -> new Packet.Createack(accepted(in), in.bodyInt(1), text(in, 5));
      case CREATESUB -> new Packet.Createsub(text(in, 0));
      case CREATESUBACK -> new Packet.Createsuback(accepted(in), in.bodyInt(1), text(in, 5));
      case UNSUBSCRIBE -> new Packet.Unsubscribe(id(in));
      case OBSERVE -> new Packet.Observe(id(in));
      case UNOBSERVE -> new Packet.Unobserve(id(in));
      case CHANGE -> new Packet.Change(require(in, 8).bodyInt(0), in.bodyInt(4));
      case DISCONNECT -> new Packet.Disconnect(text(in, 0));
      case PING -> new Packet.Ping();
      case PONG -> new Packet.Pong();
      case PUBFRAG -> pubFrag(in);
    };
  }

  private static Packet pubFrag(EncodedPacket in) throws MalformedPacketException {
    require(in, ProtocolLimits.PUBLISH_HEADER);
    byte[] raw = in.raw();
    return new Packet.PubFrag(
        in.bodyInt(0),
        in.bodyInt(4),
        in.bodyInt(8),
        Arrays.copyOfRange(raw, BODY + ProtocolLimits.PUBLISH_HEADER, raw.length));
  }

  private static Packet init(EncodedPacket in) throws MalformedPacketException {
    require(in, 5);
    if (in.raw()[BODY] != ProtocolLimits.INIT_VERSION) {
      throw new MalformedPacketException(Reason.UNACCEPTABLE_VERSION);
    }
    return new Packet.Init(in.bodyInt(1), text(in, 5));
  }

  private static Packet connect(EncodedPacket in) throws MalformedPacketException {
    require(in, 1);
    byte[] raw = in.raw();
    int version = raw[BODY] & 0xFF;
    if (version != 1 && version != 2) {
      throw new MalformedPacketException(Reason.UNACCEPTABLE_VERSION);
    }
    int maxSizeBytes = version == 2 ? 2 : 0;
    require(in, 1 + maxSizeBytes + 1);
    int maxSize = version == 2 ? (raw[BODY + 1] & 0xFF) << 8 | raw[BODY + 2] & 0xFF : 0;
    int at = BODY + 1 + maxSizeBytes;
    int uidLength = raw[at++] & 0xFF;
    require(in, at - BODY + uidLength + 1);
    String uid = WireText.decode(raw, at, uidLength);
    at += uidLength;
    int credentialsLength = raw[at++] & 0xFF;
    require(in, at - BODY + credentialsLength);
    byte[] credentials = Arrays.copyOfRange(raw, at, at + credentialsLength);
    at += credentialsLength;
    return new Packet.Connect(
        version, maxSize, uid, credentials, WireText.decode(raw, at, raw.length - at));
  }

  private static Packet connack(EncodedPacket in) throws MalformedPacketException {
    require(in, 5);
    return new Packet.Connack(ConnackCode.of(in.raw()[BODY] & 0xFF), in.bodyInt(1), text(in, 5));
  }

  private static boolean accepted(EncodedPacket in) throws MalformedPacketException {
    return require(in, 5).raw()[BODY] == 0;
  }

  private static int id(EncodedPacket in) throws MalformedPacketException {
    return require(in, 4).bodyInt(0);
  }

  private static String text(EncodedPacket in, int offset) {
    byte[] raw = in.raw();
    return WireText.decode(raw, BODY + offset, raw.length - BODY - offset);
  }

  private static EncodedPacket require(EncodedPacket in, int bodyBytes)
      throws MalformedPacketException {
    if (in.bodyLength() < bodyBytes) {
      throw new MalformedPacketException(Reason.TOO_SHORT);
    }
    return in;
  }
}
