package org.smqcluster.broker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.LastValueSettings;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.broker.spi.SharedRecords.Versioned;

/**
 * The last messages of the topics that the configuration names. They reach other nodes twice: with
 * the message, on the bus, which keeps the order of each publisher; and by a replicated map, from
 * which nodes that start or were cut off learn them. The version that both carry tells the later of
 * two. Thread-safe.
 */
final class LastValues implements SharedRecords.Watcher {

  /** Time that a value from the map waits for the same value from the bus. */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Age at which any node that misses a value in the map writes it. */
  private static final long SAVED_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private final LastValueSettings settings;
  private final SharedRecords records;
  private final LastValueStore store;
  private final Map<String, KeptTopic> topics = new ConcurrentHashMap<>();

  /** Keys whose record is later than what this node keeps, and since when, in nanoseconds. */
  private final Map<String, Long> late = new ConcurrentHashMap<>();

  /** Read by the threads of the map. */
  private volatile boolean started;

  private long sweptMillis = System.currentTimeMillis();

  LastValues(LastValueSettings settings, SharedRecords records, BrokerMetrics metrics) {
    this.settings = settings;
    this.records = records;
    this.store = new LastValueStore(settings, records, metrics);
  }

  /** Takes what the cluster has; topics must be connected before. */
  void start() {
    records.watch(this);
    started = true;
  }

  /** What keeps the last values of a topic, if they are kept. */
  Optional<KeptTopic> of(int tid, String name) {
    return settings.topics().test(name)
        ? Optional.of(
            topics.compute(
                name,
                (key, held) ->
                    held != null && held.tid() == tid ? held : new KeptTopic(tid, name, store)))
        : Optional.empty();
  }

  @Override
  public void changed(String key, Versioned record) {
    KeptTopic topic = topics.get(LastValueStore.name(key));
    boolean waits = topic == null || !record.isRemoved() && started;
    if (!waits) {
      topic.told(LastValueStore.subtid(key), record, System.nanoTime());
    } else if (topic == null || topic.isBehind(LastValueStore.subtid(key), record)) {
      late.putIfAbsent(key, System.nanoTime());
    }
  }

  /** Called a few times a second. */
  void tick() {
    long nanos = System.nanoTime();
    late.forEach(
        (key, since) -> {
          if (nanos - since >= LATE_NANOS) {
            late.remove(key, since);
            KeptTopic topic = topics.get(LastValueStore.name(key));
            if (topic != null) {
              records
                  .get(key)
                  .ifPresent(record -> topic.told(LastValueStore.subtid(key), record, nanos));
            } else if (settings.topics().test(LastValueStore.name(key))) {
              late.put(key, nanos);
            }
          }
        });
    long millis = System.currentTimeMillis();
    if (millis - sweptMillis >= SAVED_MILLIS) {
      sweptMillis = millis;
      topics.values().forEach(topic -> topic.tidy(millis - SAVED_MILLIS));
    }
  }
}
