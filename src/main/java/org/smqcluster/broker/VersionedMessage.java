package org.smqcluster.broker;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.ProtocolLimits;

/**
 * A message of a topic whose last values are kept, as it goes to other nodes: a Publish to the
 * broker's own id, which nodes of format 1 skip. Its payload is {@code tid u32, version u64, kept
 * u8, payload}.
 *
 * @param version tells the later of two messages of a topic and sub-topic
 * @param isKept false if the publisher's node has no room for it: then none keeps it
 */
record VersionedMessage(Publish message, long version, boolean isKept) {

  private static final int HEADER = Integer.BYTES + Long.BYTES + 1;

  /** The longest payload that can be kept, in bytes. */
  static final int MAX_PAYLOAD = ProtocolLimits.MAX_PAYLOAD - HEADER;

  Publish wrapped() {
    byte[] payload = message.payload();
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + payload.length);
    bytes.putInt(message.tid()).putLong(version).put((byte) (isKept ? 1 : 0)).put(payload);
    return numbered(
        Publish.of(Ids.BROKER, message.ptid(), message.subtid(), bytes.array()), message);
  }

  /** The inverse of {@link #wrapped}; empty for what is none. */
  static Optional<VersionedMessage> unwrap(Publish wrapped) {
    if (wrapped.payloadLength() < HEADER) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(wrapped.payload());
    int tid = bytes.getInt();
    long version = bytes.getLong();
    boolean isKept = bytes.get() == 1;
    byte[] payload = new byte[bytes.remaining()];
    bytes.get(payload);
    return Optional.of(
        new VersionedMessage(
            numbered(Publish.of(tid, wrapped.ptid(), wrapped.subtid(), payload), wrapped),
            version,
            isKept));
  }

  private static Publish numbered(Publish message, Publish as) {
    message.encoded().number(as.encoded().number());
    return message;
  }

  /** The message that a packet is, or that is wrapped in it; empty for others. */
  static Optional<Publish> messageOf(EncodedPacket packet) {
    try {
      if (PacketDecoder.decode(packet) instanceof Publish publish) {
        return publish.tid() == Ids.BROKER
            ? VersionedMessage.unwrap(publish).map(VersionedMessage::message)
            : Optional.of(publish);
      }
    } catch (MalformedPacketException e) {
      // a mark of the bus
    }
    return Optional.empty();
  }
}
