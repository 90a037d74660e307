package org.smqcluster.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet.Publish;

/**
 * The last number of each publisher among the messages that a handover brought. Recognises the
 * messages of topics that two nodes received for one client; a message to the client's ETID takes
 * one way only. Guarded by the parked session.
 */
final class PublisherNumbers {

  /** Low bits of a number that count an in-process client's messages; the others identify it. */
  static final int OWN_BITS = 40;

  private final int etid;

  /** By {@link #source}; empty once no message can come twice. */
  private Map<Long, Long> last = Map.of();

  PublisherNumbers(int etid) {
    this.etid = etid;
  }

  /** These messages came by the handover. */
  void handedOver(List<Publish> messages) {
    last = new HashMap<>();
    messages.stream()
        .filter(message -> message.tid() != etid && message.encoded().number() != 0)
        .forEach(message -> last.merge(source(message), message.encoded().number(), Math::max));
  }

  /** No other message can come twice. */
  void clear() {
    last = Map.of();
  }

  /** Whether the handover brought this message. */
  boolean isRepeated(Publish message) {
    if (last.isEmpty() || message.tid() == etid) {
      return false;
    }
    Long latest = last.get(source(message));
    return latest != null && message.encoded().number() <= latest;
  }

  /** Identifies the publisher of a message. */
  static long source(Publish message) {
    return message.ptid() == Ids.BROKER
        ? -1 - (message.encoded().number() >>> OWN_BITS)
        : Integer.toUnsignedLong(message.ptid());
  }
}
