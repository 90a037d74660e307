package org.smqcluster.protocol;

/**
 * The packet types of the wire (SMQ section 2) with their codes. Codes 0, 10 and 20 to 255 are
 * reserved.
 */
public enum PacketType {
  INIT(1),
  CONNECT(2),
  CONNACK(3),
  SUBSCRIBE(4),
  SUBACK(5),
  CREATE(6),
  CREATEACK(7),
  PUBLISH(8),
  UNSUBSCRIBE(9),
  DISCONNECT(11),
  PING(12),
  PONG(13),
  OBSERVE(14),
  UNOBSERVE(15),
  CHANGE(16),
  CREATESUB(17),
  CREATESUBACK(18),
  PUBFRAG(19);

  private static final PacketType[] BY_CODE = new PacketType[256];

  static {
    for (PacketType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  PacketType(int code) {
    this.code = code;
  }

  /** The byte that names this type on the wire. */
  public int code() {
    return code;
  }

  /**
   * The type with this code (0 to 255).
   *
   * @throws MalformedPacketException if the code is reserved
   */
  public static PacketType of(int code) throws MalformedPacketException {
    PacketType type = BY_CODE[code & 0xFF];
    if (type == null) {
      throw new MalformedPacketException(MalformedPacketException.Reason.RESERVED_TYPE);
    }
    return type;
  }
}
