package org.smqcluster.cluster;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/**
 * What one message on the bus holds: {@code kind u8, node i32, sequence i64}, and packets in raw
 * form one behind the other. The sequence rises with every message of a node's life, so that what
 * JGroups repeats after a split is seen to be old.
 */
final class BusMessage {

  static final int HEADER = 1 + Integer.BYTES + Long.BYTES;

  private static final byte PACKETS = 0;
  private static final byte PACKETS_ACK_WANTED = 1;
  private static final byte ACK = 2;

  private BusMessage() {}

  /**
   * Packets for another node.
   *
   * @param node the sender's life
   * @param length the sum of the packets' raw lengths
   * @param ackWanted whether the receiver shall acknowledge this and all before it
   */
  static byte[] packets(
      int node, long sequence, List<EncodedPacket> packets, int length, boolean ackWanted) {
    ByteBuffer out =
        header(ackWanted ? PACKETS_ACK_WANTED : PACKETS, node, sequence, HEADER + length);
    packets.forEach(packet -> out.put(packet.raw()));
    return out.array();
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
  record Received(boolean isAck, boolean ackWanted, int node, long sequence, ByteBuffer rest) {

    /** Takes the packets out, each into an array of its own. */
    int forEachPacket(Consumer<EncodedPacket> action) throws MalformedPacketException {
      int count = 0;
      while (rest.remaining() >= Short.BYTES) {
        byte[] raw = new byte[Math.min(rest.getShort(rest.position()) & 0xFFFF, rest.remaining())];
        rest.get(raw);
        action.accept(EncodedPacket.ofRaw(raw));
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
    if (kind < PACKETS || kind > ACK) {
      throw new UnknownFormatException("a bus message of kind " + kind);
    }
    return new Received(
        kind == ACK, kind == PACKETS_ACK_WANTED, in.getInt(), in.getLong(), in.slice());
  }
}
