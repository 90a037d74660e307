package org.smqcluster.cluster;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/**
 * What one message on the bus holds: {@code kind u8, node i32, sequence i64}, and packets in raw
 * form one behind the other, each behind its {@linkplain EncodedPacket#number number} (i64) if the
 * kind is numbered. The sequence rises with every message of a node's life, so that what JGroups
 * repeats after a split is seen to be old.
 */
final class BusMessage {

  static final int HEADER = 1 + Integer.BYTES + Long.BYTES;

  private static final byte PACKETS = 0;
  private static final byte PACKETS_ACK_WANTED = 1;
  private static final byte ACK = 2;

  /** Added to the kinds of packets, for nodes of format 2 or later. */
  private static final byte NUMBERED = 3;

  /** A packet on the bus whose type no client can send: whether it wants one, and its number. */
  private static final int MARK_BYTES = 4 + Long.BYTES;

  private BusMessage() {}

  /**
   * Packets for another node.
   *
   * @param node the sender's life
   * @param length the sum of the packets' raw lengths
   * @param ackWanted whether the receiver shall acknowledge this and all before it
   * @param numbered whether the receiver reads numbers
   */
  static byte[] packets(
      int node,
      long sequence,
      List<EncodedPacket> packets,
      int length,
      boolean ackWanted,
      boolean numbered) {
    int kind = (ackWanted ? PACKETS_ACK_WANTED : PACKETS) + (numbered ? NUMBERED : 0);
    int numbers = numbered ? packets.size() * Long.BYTES : 0;
    ByteBuffer out = header((byte) kind, node, sequence, HEADER + length + numbers);
    for (EncodedPacket packet : packets) {
      if (numbered) {
        out.putLong(packet.number());
      }
      out.put(packet.raw());
    }
    return out.array();
  }

  /**
   * A mark, sent among the packets, behind all that wait now.
   *
   * @param wanted whether the receiver shall answer by one behind all that it sends
   */
  static EncodedPacket mark(long number, boolean wanted) {
    byte[] raw = new byte[MARK_BYTES];
    ByteBuffer.wrap(raw)
        .putShort((short) MARK_BYTES)
        .put((byte) 0)
        .put((byte) (wanted ? 1 : 0))
        .putLong(number);
    try {
      return EncodedPacket.ofRaw(raw);
    } catch (MalformedPacketException e) {
      throw new IllegalStateException(e);
    }
  }

  static long numberOf(EncodedPacket mark) {
    return ByteBuffer.wrap(mark.raw()).getLong(MARK_BYTES - Long.BYTES);
  }

  static boolean isWanted(EncodedPacket mark) {
    return mark.raw()[3] == 1;
  }

  /** Everything of the receiver up to this sequence has arrived, or is lost. */
  static byte[] ack(int node, long sequence) {
    return header(ACK, node, sequence, HEADER).array();
  }

  private static ByteBuffer header(byte kind, int node, long sequence, int length) {
    return ByteBuffer.allocate(length).put(kind).putInt(node).putLong(sequence);
  }

  /**
   * A message read up to its packets.
   *
   * @param node the sender's life
   */
  record Received(byte kind, int node, long sequence, ByteBuffer rest) {

    boolean isAck() {
      return kind == ACK;
    }

    private boolean isNumbered() {
      return kind >= NUMBERED;
    }

    boolean ackWanted() {
      return kind == PACKETS_ACK_WANTED || kind == PACKETS_ACK_WANTED + NUMBERED;
    }

    /** Takes the packets out, each into an array of its own. */
    int forEachPacket(Consumer<EncodedPacket> action) throws MalformedPacketException {
      int count = 0;
      int prefix = isNumbered() ? Long.BYTES : 0;
      while (rest.remaining() >= prefix + Short.BYTES) {
        long number = isNumbered() ? rest.getLong() : 0;
        byte[] raw = new byte[Math.min(rest.getShort(rest.position()) & 0xFFFF, rest.remaining())];
        rest.get(raw);
        EncodedPacket packet = EncodedPacket.ofRaw(raw);
        packet.number(number);
        action.accept(packet);
        count++;
      }
      return count;
    }
  }

  /**
   * Reads a message up to its packets.
   *
   * @throws UnknownFormatException if this node does not know its kind, or it is cut off
   */
  static Received read(ByteBuffer in) {
    if (in.remaining() < HEADER) {
      throw new UnknownFormatException("a bus message of " + in.remaining() + " bytes");
    }
    byte kind = in.get();
    if (kind < PACKETS || kind > PACKETS_ACK_WANTED + NUMBERED) {
      throw new UnknownFormatException("a bus message of kind " + kind);
    }
    return new Received(kind, in.getInt(), in.getLong(), in.slice());
  }
}
