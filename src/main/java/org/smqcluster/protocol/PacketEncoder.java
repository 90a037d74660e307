package org.smqcluster.protocol;

/** Turns packets into bytes. Stateless; every call makes exactly the packet's array. */
public final class PacketEncoder {

  private static final EncodedPacket PING = EncodedPacket.allocate(PacketType.PING, 0);
  private static final EncodedPacket PONG = EncodedPacket.allocate(PacketType.PONG, 0);

  private PacketEncoder() {}

  /**
   * Encodes a packet.
   *
   * @throws IllegalArgumentException if a text, or the packet, is longer than the wire can say
   */
  public static EncodedPacket encode(Packet packet) {
    if (packet instanceof Packet.Publish p) {
      return p.encoded();
    } else if (packet instanceof Packet.Ping) {
      return PING;
    } else if (packet instanceof Packet.Pong) {
      return PONG;
    } else if (packet instanceof Packet.Connect p) {
      return connect(p);
    } else if (packet instanceof Packet.PubFrag p) {
      return pubFrag(p);
    } else if (packet instanceof Packet.Change p) {
      EncodedPacket out = EncodedPacket.allocate(PacketType.CHANGE, 8);
      out.body().putInt(p.tid()).putInt(p.subscribers());
      return out;
    } else if (packet instanceof Packet.Suback p) {
      return ack(PacketType.SUBACK, p.accepted() ? 0 : 1, p.tid(), p.topic());
    } else if (packet instanceof Packet.Createack p) {
      return ack(PacketType.CREATEACK, p.accepted() ? 0 : 1, p.tid(), p.topic());
    } else if (packet instanceof Packet.Createsuback p) {
      return ack(PacketType.CREATESUBACK, p.accepted() ? 0 : 1, p.subtid(), p.subtopic());
    } else if (packet instanceof Packet.Connack p) {
      return ack(PacketType.CONNACK, p.code().ordinal(), p.etid(), p.reason());
    } else if (packet instanceof Packet.Init p) {
      return ack(PacketType.INIT, ProtocolLimits.INIT_VERSION, p.seed(), p.address());
    } else if (packet instanceof Packet.Subscribe p) {
      return text(PacketType.SUBSCRIBE, p.topic());
    } else if (packet instanceof Packet.Create p) {
      return text(PacketType.CREATE, p.topic());
    } else if (packet instanceof Packet.Createsub p) {
      return text(PacketType.CREATESUB, p.subtopic());
    } else if (packet instanceof Packet.Disconnect p) {
      return text(PacketType.DISCONNECT, p.reason());
    } else if (packet instanceof Packet.Unsubscribe p) {
      return id(PacketType.UNSUBSCRIBE, p.tid());
    } else if (packet instanceof Packet.Observe p) {
      return id(PacketType.OBSERVE, p.tid());
    } else if (packet instanceof Packet.Unobserve p) {
      return id(PacketType.UNOBSERVE, p.tid());
    }
    throw new AssertionError(packet.type());
  }

  /** The layout that all acknowledgements and Init share: {@code u8, u32, text}. */
  private static EncodedPacket ack(PacketType type, int status, int id, String text) {
    byte[] bytes = WireText.encode(text);
    EncodedPacket out = EncodedPacket.allocate(type, 5 + bytes.length);
    out.body().put((byte) status).putInt(id).put(bytes);
    return out;
  }

  private static EncodedPacket text(PacketType type, String text) {
    byte[] bytes = WireText.encode(text);
    EncodedPacket out = EncodedPacket.allocate(type, bytes.length);
    out.body().put(bytes);
    return out;
  }

  private static EncodedPacket id(PacketType type, int id) {
    EncodedPacket out = EncodedPacket.allocate(type, 4);
    out.body().putInt(id);
    return out;
  }

  private static EncodedPacket connect(Packet.Connect p) {
    byte[] uid = WireText.encode(p.uid());
    byte[] info = WireText.encode(p.info());
    if (uid.length > ProtocolLimits.MAX_UID || p.credentials().length > ProtocolLimits.MAX_UID) {
      throw new IllegalArgumentException("UID and credentials may have 255 bytes each at most");
    }
    if (p.maxSize() < 0 || p.maxSize() > ProtocolLimits.MAX_RAW_PACKET) {
      throw new IllegalArgumentException("max size of " + p.maxSize() + " is not a u16");
    }
    int maxSizeBytes = p.version() == 2 ? 2 : 0;
    EncodedPacket out =
        EncodedPacket.allocate(
            PacketType.CONNECT,
            1 + maxSizeBytes + 1 + uid.length + 1 + p.credentials().length + info.length);
    var body = out.body().put((byte) p.version());
    if (maxSizeBytes > 0) {
      body.putShort((short) p.maxSize());
    }
    body.put((byte) uid.length).put(uid);
    body.put((byte) p.credentials().length).put(p.credentials()).put(info);
    return out;
  }

  private static EncodedPacket pubFrag(Packet.PubFrag p) {
    EncodedPacket out =
        EncodedPacket.allocate(
            PacketType.PUBFRAG, ProtocolLimits.PUBLISH_HEADER + p.payload().length);
    out.body().putInt(p.tid()).putInt(p.ptid()).putInt(p.subtid()).put(p.payload());
    return out;
  }
}
