package org.smqcluster.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.LastValue;
import org.smqcluster.broker.spi.SharedRecords.Versioned;
import org.smqcluster.protocol.Packet.Publish;

/**
 * The last message of each sub-topic of one topic. Its lock is held while a message is kept and
 * offered to the topic's receivers, and while a new receiver is given the last values: so a
 * receiver gets each message once, as its last value or as it is published, and never one before a
 * value that is earlier. Nothing blocks under it.
 */
final class KeptTopic {

  /**
   * What is kept of a sub-topic.
   *
   * @param message without payload if the value is removed
   * @param toldNanos when the replicated map brought it before the bus did; 0 if the bus did
   */
  private record Value(long version, Publish message, long toldNanos) {

    boolean isRemoved() {
      return message.payloadLength() == 0;
    }

    LastValue last() {
      return new LastValue(message.subtid(), message.ptid(), version, message.payload());
    }
  }

  private final int tid;
  private final String name;
  private final LastValueStore all;
  private final Map<Integer, Value> values = new HashMap<>();

  KeptTopic(int tid, String name, LastValueStore all) {
    this.tid = tid;
    this.name = name;
    this.all = all;
  }

  int tid() {
    return tid;
  }

  /** A client of this node publishes; the caller holds the lock until the message is offered. */
  synchronized VersionedMessage published(Publish message) {
    Value held = values.get(message.subtid());
    long now = System.currentTimeMillis();
    long version = held == null ? now : Math.max(now, held.version() + 1);
    boolean isKept = set(message, version, 0);
    return new VersionedMessage(message, version, isKept);
  }

  /**
   * Another node has forwarded a message; the caller holds the lock until it is offered.
   *
   * @return the message goes to receivers that subscribed before this time, because later ones had
   *     it or a later one as their last value; 0 if it goes to all
   */
  synchronized long forwarded(VersionedMessage forwarded) {
    Publish message = forwarded.message();
    Value held = values.get(message.subtid());
    if (held != null && held.version() >= forwarded.version()) {
      return held.toldNanos();
    }
    set(forwarded.isKept() ? message : empty(message), forwarded.version(), 0);
    return 0;
  }

  /** The replicated map has a record for a sub-topic. */
  synchronized void told(int subtid, Versioned record, long nanos) {
    if (isBehind(subtid, record)) {
      set(LastValueStore.message(tid, subtid, record.bytes()), record.version(), nanos);
    }
  }

  synchronized boolean isBehind(int subtid, Versioned record) {
    Value held = values.get(subtid);
    return held == null || held.version() < record.version();
  }

  /** Keeps a message if it may be kept, else removes what is kept; false in the latter case. */
  private boolean set(Publish message, long version, long nanos) {
    Value held = values.get(message.subtid());
    int before = held == null || held.isRemoved() ? 0 : all.cost(name, held.message());
    boolean mayBeKept =
        message.payloadLength() > 0 && message.payloadLength() <= VersionedMessage.MAX_PAYLOAD;
    if (mayBeKept && all.reserve(before, all.cost(name, message), held == null)) {
      values.put(message.subtid(), new Value(version, message, nanos));
      return true;
    }
    if (message.payloadLength() > 0) {
      all.unkept(name);
    }
    if (held != null) {
      all.release(before);
      values.put(message.subtid(), new Value(version, empty(message), nanos));
    }
    return false;
  }

  private static Publish empty(Publish message) {
    return Publish.of(message.tid(), message.ptid(), message.subtid(), new byte[0]);
  }

  /** Writes the value of a sub-topic, or its removal, to the replicated map, soon. */
  void save(int subtid) {
    synchronized (this) {
      if (!values.containsKey(subtid)) {
        // it was not kept: each such write would wait in a queue without bound
        return;
      }
    }
    all.save(name, subtid, () -> record(subtid));
  }

  private synchronized Optional<Versioned> record(int subtid) {
    return Optional.ofNullable(values.get(subtid))
        .map(value -> new Versioned(value.version(), LastValueStore.bytes(value.message())));
  }

  /**
   * Answers a subscription and gives it the last values, before anything that is published from now
   * on.
   *
   * @param answer sends the Suback
   */
  synchronized void subscribed(Subscription subscription, Runnable answer) {
    answer.run();
    if (subscription.liveSince == 0) {
      for (Value value : values.values()) {
        if (!value.isRemoved()) {
          Outbox.Offer offer = subscription.receiver.deliver(value.message());
          all.given(offer, value.message());
        }
      }
      subscription.liveSince = System.nanoTime();
    }
  }

  /** Whether a receiver gets a message; see {@link #forwarded}. */
  boolean receives(Subscription subscription, long before) {
    long since = subscription.liveSince;
    return since != 0 && (before == 0 || since == Subscription.ALWAYS || since - before < 0);
  }

  /** The last values, a copy. */
  synchronized List<LastValue> values() {
    return values.values().stream().filter(value -> !value.isRemoved()).map(Value::last).toList();
  }

  /** Removes the value of a sub-topic on all nodes; false if there is none. */
  boolean remove(int subtid) {
    synchronized (this) {
      Value held = values.get(subtid);
      if (held == null || held.isRemoved()) {
        return false;
      }
      set(empty(held.message()), Math.max(System.currentTimeMillis(), held.version() + 1), 0);
    }
    save(subtid);
    return true;
  }

  /**
   * Saves what the replicated map does not have because the publisher's node died before it wrote
   * it, and forgets old removals.
   *
   * @param before versions below this one have had time to be written
   */
  void tidy(long before) {
    List<Integer> unsaved = new ArrayList<>();
    synchronized (this) {
      values
          .entrySet()
          .removeIf(
              entry -> {
                Value value = entry.getValue();
                long saved = all.savedVersion(name, entry.getKey());
                if (value.version() >= before || saved >= value.version()) {
                  return false;
                } else if (value.isRemoved() && saved == 0) {
                  all.forgotten();
                  return true;
                }
                unsaved.add(entry.getKey());
                return false;
              });
    }
    unsaved.forEach(this::save);
  }
}
