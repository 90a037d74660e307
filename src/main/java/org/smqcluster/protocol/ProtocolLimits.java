package org.smqcluster.protocol;

/** Every number that the wire format itself fixes. What an operator can choose is not here. */
public final class ProtocolLimits {

  /** Largest payload of a publish, assembled from fragments or not, in bytes (SMQ section 1). */
  public static final int MAX_PAYLOAD = 0xFFF0;

  /** Bytes of a publish's body in front of the payload: tid, ptid, subtid. */
  public static final int PUBLISH_HEADER = 12;

  /** Bytes of the length in front of a packet on the raw transport; the length counts them. */
  public static final int RAW_LENGTH = 2;

  /** Largest packet on the raw transport with its length field: what a u16 can say. */
  public static final int MAX_RAW_PACKET = 0xFFFF;

  /** Smallest packet on the raw transport: the length and the type. */
  public static final int MIN_RAW_PACKET = RAW_LENGTH + 1;

  /** Largest packet as a WebSocket message: type and body. */
  public static final int MAX_MESSAGE = MAX_RAW_PACKET - RAW_LENGTH;

  /** Longest name of a topic or sub-topic, in bytes, whose answer (status, id, name) fits. */
  public static final int MAX_NAME = MAX_RAW_PACKET - MIN_RAW_PACKET - 5;

  /** Longest info, in bytes, in a Connect whose other fields are the longest. */
  public static final int MAX_INFO = MAX_RAW_PACKET - MIN_RAW_PACKET - 3 - 2 * 256;

  /** Shortest UID that may connect, in bytes (SMQ section 3.3). */
  public static final int MIN_UID = 6;

  /** Longest UID that a Connect can carry, in bytes. */
  public static final int MAX_UID = 255;

  /** The only version of Init. */
  public static final int INIT_VERSION = 1;

  private ProtocolLimits() {}
}
