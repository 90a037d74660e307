package org.smqcluster.broker.spi;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.smqcluster.protocol.PacketType;

/** The counters of one broker, from its start. Written by all threads, read by any. */
public final class BrokerMetrics {

  /** Upper bounds of the delivery time histogram, in nanoseconds: powers of two from 1 us. */
  public static final int DELIVERY_BUCKETS = 20;

  /** Counters without a reason or kind. */
  public enum Counter {
    /** Messages accepted by other nodes' outboxes, one a node and message. */
    FORWARDED,
    /** How often a publisher was paused because an outbox could not be written fast enough. */
    PUBLISHER_PAUSES,
    /** How often a client was not read for a while because it sends more than it may. */
    RATE_PAUSES,
    /** Last values that are not kept, because a bound is reached or they are too long. */
    UNKEPT_VALUES,
    /** Messages held for parked clients. */
    HELD,
    /** Messages for parked clients that were dropped because too much was held for them. */
    HELD_DROPPED
  }

  /** What happens to the session of a client that moves. */
  public enum Move {
    /** Parked: this node let the client go. */
    PARKED,
    /** {@link #PARKED}, and the client did not come back in time. */
    EXPIRED,
    /** Parked: the client's connection broke. */
    BROKEN,
    /** {@link #BROKEN}, and the client did not come back in time. */
    LEFT,
    /** Not parked after a break, or ended early: too many are parked, or hold too much. */
    REFUSED,
    /** Parked by any node; the client came back to this one. */
    RESUMED
  }

  private static final long FIRST_BUCKET_NANOS = 1024;

  private final LongAdder[] packetsIn = adders(PacketType.values().length);
  private final LongAdder[] packetsOut = adders(PacketType.values().length);
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder[] counters = adders(Counter.values().length);
  private final LongAdder[] moves = adders(Move.values().length);
  private final LongAdder[] dropped = adders(DropReason.values().length);
  private final LongAdder[] refused = adders(Refusal.values().length);
  private final LongAdder[] deliveryTime = adders(DELIVERY_BUCKETS + 1);
  private final LongAdder deliveryNanos = new LongAdder();

  private static LongAdder[] adders(int count) {
    Supplier<LongAdder> make = LongAdder::new;
    return Stream.generate(make).limit(count).toArray(LongAdder[]::new);
  }

  /** Counts a packet from a client, with the bytes of its type and body. */
  public void received(PacketType type, int messageBytes) {
    packetsIn[type.ordinal()].increment();
    bytesIn.add(messageBytes);
  }

  /**
   * Counts packets of one type that a client's outbox accepted, with the bytes of their types and
   * bodies.
   */
  public void accepted(PacketType type, int packets, long messageBytes) {
    packetsOut[type.ordinal()].add(packets);
    bytesOut.add(messageBytes);
  }

  /** Counts one more. */
  public void count(Counter what) {
    counters[what.ordinal()].increment();
  }

  /** Counts a step of the session of a client that moves. */
  public void moved(Move step) {
    moves[step.ordinal()].increment();
  }

  /** Counts copies of a message that are not delivered. */
  public void dropped(DropReason reason, long copies) {
    dropped[reason.ordinal()].add(copies);
  }

  /** Counts a refusal; transports call it for what they refuse themselves. */
  public void refused(Refusal reason) {
    refused[reason.ordinal()].increment();
  }

  /** Counts a sampled publish by the time from its packet to its last outbox, in nanoseconds. */
  public void deliveredIn(long nanos) {
    int bucket = 0;
    for (long bound = FIRST_BUCKET_NANOS; nanos > bound && bucket < DELIVERY_BUCKETS; bound *= 2) {
      bucket++;
    }
    deliveryTime[bucket].increment();
    deliveryNanos.add(nanos);
  }

  /** Packets of this type from clients. */
  public long packetsIn(PacketType type) {
    return packetsIn[type.ordinal()].sum();
  }

  /** Packets of this type accepted by clients' outboxes. */
  public long packetsOut(PacketType type) {
    return packetsOut[type.ordinal()].sum();
  }

  /** Bytes of type and body from clients. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes of type and body accepted by clients' outboxes. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** How often this has happened. */
  public long counted(Counter what) {
    return counters[what.ordinal()].sum();
  }

  /** Sessions of which this became. */
  public long sessions(Move step) {
    return moves[step.ordinal()].sum();
  }

  /** Copies of messages not delivered for this reason. */
  public long droppedCopies(DropReason reason) {
    return dropped[reason.ordinal()].sum();
  }

  /** Requests and connections refused for this reason. */
  public long refusals(Refusal reason) {
    return refused[reason.ordinal()].sum();
  }

  /**
   * Sampled publishes whose way from packet to last outbox took at most {@link #bucketNanos}; the
   * bucket behind the last has no bound. Not cumulative.
   */
  public long deliveryTime(int bucket) {
    return deliveryTime[bucket].sum();
  }

  /** Sum of the sampled delivery times, in nanoseconds. */
  public long deliveryNanos() {
    return deliveryNanos.sum();
  }

  /** Upper bound of a bucket of the delivery time histogram, in nanoseconds. */
  public static long bucketNanos(int bucket) {
    return FIRST_BUCKET_NANOS << bucket;
  }
}
