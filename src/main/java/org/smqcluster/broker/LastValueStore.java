package org.smqcluster.broker;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.LastValueSettings;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.broker.spi.SharedRecords.Versioned;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.PacketType;
import org.smqcluster.protocol.WireText;

/**
 * The room for all last values of a broker, and the replicated map that holds them, in the form in
 * which nodes share them. Thread-safe.
 */
final class LastValueStore {

  private static final LimitedLog LOG = new LimitedLog(LastValueStore.class);

  private static final int KEY_ID = 2 * Integer.BYTES;

  private final LastValueSettings settings;
  private final SharedRecords records;
  private final BrokerMetrics metrics;
  private volatile int values;
  private volatile long bytes;

  /** Sub-topics with a value, or without one since a moment ago. Guarded by this. */
  private int known;

  LastValueStore(LastValueSettings settings, SharedRecords records, BrokerMetrics metrics) {
    this.settings = settings;
    this.records = records;
    this.metrics = metrics;
  }

  // ---- the replicated map

  private static String key(String name, int subtid) {
    return HexFormat.of().toHexDigits(subtid) + name;
  }

  static String name(String key) {
    return key.substring(KEY_ID);
  }

  static int subtid(String key) {
    return HexFormat.fromHexDigits(key, 0, KEY_ID);
  }

  /** The publisher's ETID, then the payload; nothing for no value. */
  static byte[] bytes(Publish message) {
    byte[] payload = message.payload();
    return payload.length == 0
        ? payload
        : ByteBuffer.allocate(Integer.BYTES + payload.length)
            .putInt(message.ptid())
            .put(payload)
            .array();
  }

  static Publish message(int tid, int subtid, byte[] bytes) {
    return bytes.length <= Integer.BYTES
        ? Publish.of(tid, 0, subtid, new byte[0])
        : Publish.of(
            tid,
            ByteBuffer.wrap(bytes).getInt(),
            subtid,
            Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
  }

  void save(String name, int subtid, Supplier<Optional<Versioned>> latest) {
    records.put(key(name, subtid), latest);
  }

  /** Version of the record in the map, 0 for none. */
  long savedVersion(String name, int subtid) {
    return records.get(key(name, subtid)).map(Versioned::version).orElse(0L);
  }

  // ---- bounds

  /** Bytes that a message takes of {@link LastValueSettings#bytes}. */
  int cost(String name, Publish message) {
    return KEY_ID + name.length() + Integer.BYTES + message.payloadLength();
  }

  /**
   * Takes room for a value instead of another.
   *
   * @param before cost of the other one; 0 for none
   * @param isNew whether nothing is known of the sub-topic yet
   * @return false if there is not enough
   */
  synchronized boolean reserve(int before, int cost, boolean isNew) {
    if (values + (before == 0 ? 1 : 0) > settings.values()
        || bytes - before + cost > settings.bytes()
        || isNew && known / 2 >= settings.values()) {
      return false;
    }
    known += isNew ? 1 : 0;
    values += before == 0 ? 1 : 0;
    bytes += cost - before;
    return true;
  }

  /** The removal of a value is remembered no more. */
  synchronized void forgotten() {
    known--;
  }

  synchronized void release(int cost) {
    if (cost > 0) {
      values--;
      bytes -= cost;
    }
  }

  /** Counts a value that is not kept. */
  void unkept(String name) {
    metrics.count(Counter.UNKEPT_VALUES);
    LOG.log(
        Level.WARNING,
        "A last value of topic {0} is not kept: {1} values have {2} bytes. See smq.last.value.max"
            + " and smq.last.value.bytes.",
        WireText.printable(name),
        values,
        bytes);
  }

  /** Counts a value that was given to a new subscriber, or was not. */
  void given(Outbox.Offer offer, Publish message) {
    switch (offer) {
      case ACCEPTED, CONGESTED ->
          metrics.accepted(PacketType.PUBLISH, 1, message.encoded().messageLength());
      case FULL -> metrics.dropped(DropReason.OUTBOX_FULL, 1);
      case TOO_LARGE -> metrics.dropped(DropReason.TOO_LARGE_FOR_RECEIVER, 1);
      case CLOSED -> metrics.dropped(DropReason.RECEIVER_GONE, 1);
    }
  }
}
