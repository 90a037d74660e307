package org.smqcluster.cluster;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.infinispan.Cache;
import org.smqcluster.broker.spi.SharedRecords;

/**
 * {@link SharedRecords} in a replicated cache. The value of a record is its version, eight bytes,
 * and its bytes. A removed record leaves its version without bytes for {@link #REMEMBERED}, so that
 * a node that was cut off does not bring it back.
 */
final class RecordTable extends CacheTable<String, byte[]>
    implements SharedRecords, KeptTable<String> {

  /** Pause between two writes of a record: ten a second at most. */
  static final Duration PAUSE = Duration.ofMillis(100);

  /** Time for which a removal wins against an earlier record of a node that comes back. */
  static final Duration REMEMBERED = Duration.ofDays(7);

  /** The same while removals take more than half of their room. */
  static final Duration REMEMBERED_OF_MANY = Duration.ofHours(1);

  private static final int MAX_RACES = 20;

  /**
   * Bounds of a table.
   *
   * @param records bound of records, and of removals that are remembered
   * @param bytes bound of the bytes of keys and records together
   * @param remembersRemovals false where nodes of a release that cannot read a removal share it
   */
  record Bounds(int records, long bytes, boolean remembersRemovals) {}

  private final Bounds bounds;
  private final Supplier<Boolean> cleansUp;
  private final Map<String, byte[]> records = new ConcurrentHashMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final AtomicLong present = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder refused = new LongAdder();

  /**
   * @param cleansUp whether this node deletes expired removals
   */
  RecordTable(
      Cache<String, byte[]> cache,
      CacheWrites writes,
      Bounds bounds,
      Supplier<Boolean> cleansUp,
      Object lock) {
    super(cache, KeyForm.TEXT, new KeyWrites<>(writes, PAUSE), lock);
    this.bounds = bounds;
    this.cleansUp = cleansUp;
  }

  private static byte[] value(long version, byte[] bytes) {
    return ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(version).put(bytes).array();
  }

  private static long version(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  private static boolean isRemoved(byte[] value) {
    return value == null || value.length == Long.BYTES;
  }

  private static Versioned record(byte[] value) {
    return new Versioned(version(value), Arrays.copyOfRange(value, Long.BYTES, value.length));
  }

  private static boolean isLater(byte[] one, byte[] other) {
    int order = Long.compare(version(one), version(other));
    return order > 0 || order == 0 && Arrays.compareUnsigned(one, other) > 0;
  }

  /** The record of two sides of a split that stays. */
  static Object later(Object one, Object other) {
    return isLater(CacheSettings.bytes(other), CacheSettings.bytes(one)) ? other : one;
  }

  @Override
  public CompletionStage<Void> put(String key, Supplier<Optional<Versioned>> latest) {
    String cacheKey = ClientCodec.toCache(key);
    return writes
        .latest(
            cacheKey,
            Kind.STATE,
            () ->
                latest
                    .get()
                    .map(
                        record ->
                            write(cacheKey, value(record.version(), record.bytes()), MAX_RACES))
                    .orElseGet(() -> CompletableFuture.completedStage(true)))
        .thenAccept(
            hadRoom -> {
              if (!hadRoom) {
                refused.increment();
                throw new FullException("the shared map " + cache.getName() + " is full");
              }
            });
  }

  /**
   * Any node may write: what another one wrote in the meantime must not be undone. False if there
   * is no room: a failed stage would be retried.
   */
  private CompletionStage<Boolean> write(String key, byte[] value, int races) {
    byte[] held = records.get(key);
    if (held != null && !isLater(value, held)) {
      return CompletableFuture.completedStage(true);
    } else if (!hasRoom(key, held, value)) {
      return CompletableFuture.completedStage(false);
    }
    boolean isForgotten =
        isRemoved(value)
            && (!bounds.remembersRemovals() || records.size() - present.get() >= bounds.records());
    CompletionStage<Boolean> written;
    if (held == null) {
      written =
          isForgotten
              ? CompletableFuture.completedStage(true)
              : cache.putIfAbsentAsync(key, value).thenApply(Objects::isNull);
    } else {
      written = isForgotten ? cache.removeAsync(key, held) : cache.replaceAsync(key, held, value);
    }
    return written.thenCompose(
        won -> {
          if (won) {
            return CompletableFuture.completedStage(true);
          } else if (races == 0) {
            return CompletableFuture.failedStage(
                new IllegalStateException(
                    "record " + key + " is overwritten by other nodes again and again"));
          }
          refresh(key);
          return write(key, value, races - 1);
        });
  }

  private boolean hasRoom(String key, byte[] held, byte[] value) {
    long more = use(key, value) - use(key, held);
    return isRemoved(value)
        || (!isRemoved(held) || present.get() < bounds.records())
            && (more <= 0 || bytes.get() + more <= bounds.bytes());
  }

  private static long use(String key, byte[] value) {
    return isRemoved(value) ? 0 : key.length() + value.length - Long.BYTES;
  }

  @Override
  public CompletionStage<Void> remove(String key, long version, long removal) {
    String cacheKey = ClientCodec.toCache(key);
    return writes
        .latest(cacheKey, Kind.STATE, () -> writeRemoval(cacheKey, version, removal))
        .thenApply(removed -> null);
  }

  private CompletionStage<Boolean> writeRemoval(String key, long version, long removal) {
    byte[] held = records.get(key);
    if (isRemoved(held) || version(held) > version) {
      return CompletableFuture.completedStage(true);
    }
    // a race lost is tried again with another look at the version
    return write(key, value(removal, new byte[0]), 0);
  }

  @Override
  public Optional<Versioned> get(String key) {
    byte[] value = records.get(ClientCodec.toCache(key));
    return isRemoved(value) ? Optional.empty() : Optional.of(record(value));
  }

  @Override
  public int size() {
    return (int) present.get();
  }

  @Override
  public long bytes() {
    return bytes.get();
  }

  @Override
  public long refused() {
    return refused.sum();
  }

  @Override
  public void watch(Watcher watcher) {
    synchronized (lock) {
      records.forEach(
          (key, value) -> {
            if (!isRemoved(value)) {
              watcher.changed(ClientCodec.fromCache(key), record(value));
            }
          });
      watchers.add(watcher);
    }
  }

  @Override
  void apply(String key, byte[] value) {
    byte[] old = value == null ? records.remove(key) : records.put(key, value);
    if (Arrays.equals(old, value)) {
      return;
    }
    bytes.addAndGet(use(key, value) - use(key, old));
    present.addAndGet((isRemoved(value) ? 0 : 1) - (isRemoved(old) ? 0 : 1));
    // also a removal of what has not come yet: it may come, from a node that does not know
    if (!isRemoved(value) || !isRemoved(old) || old == null) {
      String name = ClientCodec.fromCache(key);
      Versioned record = value == null ? new Versioned(version(old), new byte[0]) : record(value);
      watchers.forEach(watcher -> watcher.changed(name, record));
    }
  }

  @Override
  public Set<String> known() {
    return records.keySet();
  }

  /** The merge keeps what either side has, and no node owns a record: only old removals go. */
  @Override
  void assertOwn() {
    if (cleansUp.get()) {
      boolean areMany = records.size() - present.get() > bounds.records() / 2;
      Duration memory = areMany ? REMEMBERED_OF_MANY : REMEMBERED;
      long before = System.currentTimeMillis() - memory.toMillis();
      records.forEach(
          (key, value) -> {
            if (isRemoved(value) && version(value) < before) {
              writes.latest(key, Kind.ASSERT_AGAIN, () -> cache.removeAsync(key, value));
            }
          });
    }
  }

  @Override
  Map<String, Long> own() {
    Map<String, Long> versions = new HashMap<>();
    records.forEach((key, value) -> versions.put(key, version(value)));
    return versions;
  }

  @Override
  void assertAgain(String key) {
    writes.latest(key, Kind.ASSERT_AGAIN, () -> writeAgain(key));
  }

  private CompletionStage<Boolean> writeAgain(String key) {
    byte[] mine = records.get(key);
    return mine == null
        ? CompletableFuture.completedStage(false)
        : writeUnless(key, mine, other -> isLater(other, mine));
  }

  @Override
  public Optional<byte[]> stored(String key) {
    return Optional.ofNullable(records.get(key));
  }

  @Override
  public CompletionStage<Boolean> restore(String key, byte[] value) {
    return writes.inTurn(key, false, () -> write(key, value, MAX_RACES));
  }
}
