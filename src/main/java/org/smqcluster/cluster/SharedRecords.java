package org.smqcluster.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.infinispan.Cache;

/**
 * Records that all nodes hold, by key. Any node may write any record; after a split the one with
 * the higher version stays. Reading never leaves this node.
 */
public final class SharedRecords extends CacheTable<String, byte[]> {

  static final String CACHE = "devices";

  /** A record changes ten times a second at most, however often it is put. */
  static final Duration PAUSE = Duration.ofMillis(100);

  private static final int MAX_RACES = 20;

  private enum Kind {
    STATE,
    AGAIN
  }

  private final KeyWrites<String> writes;
  private final Map<String, byte[]> records = new ConcurrentHashMap<>();
  private final List<BiConsumer<String, byte[]>> watchers = new CopyOnWriteArrayList<>();
  private final Object lock;

  SharedRecords(Cache<String, byte[]> cache, CacheWrites writes, Object lock) {
    super(cache, lock);
    this.writes = new KeyWrites<>(writes, PAUSE);
    this.lock = lock;
  }

  /**
   * A record and what tells the later of two.
   *
   * @param version a time will do
   */
  public record Versioned(long version, byte[] bytes) {

    private byte[] value() {
      return ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(version).put(bytes).array();
    }
  }

  /**
   * Writes a record soon, unless the cache has a later one.
   *
   * @param latest asked when the write begins; null where there is nothing to write any more
   * @return completes when all nodes have this record or a later one
   */
  public CompletionStage<Void> put(String key, Supplier<Versioned> latest) {
    String cacheKey = ClientCodec.toCache(key);
    return writes.latest(
        cacheKey,
        Kind.STATE,
        () -> {
          Versioned record = latest.get();
          return record == null
              ? CompletableFuture.completedStage(null)
              : write(cacheKey, record.version(), record.value(), MAX_RACES);
        });
  }

  /** Any node may write: what another one wrote in the meantime must not be undone. */
  private CompletionStage<Void> write(String key, long version, byte[] value, int races) {
    byte[] held = records.get(key);
    if (held != null && version(held) > version) {
      return CompletableFuture.completedStage(null);
    }
    CompletionStage<Boolean> written =
        held == null
            ? cache.putIfAbsentAsync(key, value).thenApply(Objects::isNull)
            : cache.replaceAsync(key, held, value);
    return written.thenCompose(
        won -> {
          if (won) {
            return CompletableFuture.completedStage(null);
          } else if (races == 0) {
            return CompletableFuture.failedStage(
                new IllegalStateException("record " + key + " is written by others all the time"));
          }
          refresh(key);
          return write(key, version, value, races - 1);
        });
  }

  /**
   * Removes a record, unless a later version of it has been written by then, on any node.
   *
   * @param version of the record that is to be removed
   * @return completes when all nodes know
   */
  public CompletionStage<Void> remove(String key, long version) {
    String cacheKey = ClientCodec.toCache(key);
    return writes.latest(
        cacheKey,
        Kind.STATE,
        () -> {
          byte[] held = records.get(cacheKey);
          return held == null || version(held) > version
              ? CompletableFuture.completedStage(null)
              : cache.removeAsync(cacheKey, held);
        });
  }

  /** The record of this key, or null. */
  public byte[] get(String key) {
    byte[] value = records.get(ClientCodec.toCache(key));
    return value == null ? null : record(value);
  }

  /** Every record. */
  public void forEach(BiConsumer<String, byte[]> action) {
    records.forEach((key, value) -> action.accept(ClientCodec.fromCache(key), record(value)));
  }

  /**
   * Adds a watcher: told key and record of every change from any node, with null where a record is
   * removed, on the cluster's threads, which must not be blocked. Told the records of now, too.
   */
  public void watch(BiConsumer<String, byte[]> watcher) {
    synchronized (lock) {
      forEach(watcher);
      watchers.add(watcher);
    }
  }

  private static byte[] record(byte[] value) {
    return Arrays.copyOfRange(value, Long.BYTES, value.length);
  }

  /** The record of two sides of a split that stays. */
  static Object later(Object one, Object other) {
    return version(other) > version(one) ? other : one;
  }

  private static long version(Object stored) {
    return ByteBuffer.wrap(CacheSettings.bytes(stored)).getLong();
  }

  @Override
  void apply(String key, byte[] value) {
    byte[] old = value == null ? records.remove(key) : records.put(key, value);
    if (!Arrays.equals(old, value)) {
      String name = ClientCodec.fromCache(key);
      byte[] record = value == null ? null : record(value);
      watchers.forEach(watcher -> watcher.accept(name, record));
    }
  }

  @Override
  Set<String> known() {
    return records.keySet();
  }

  /** The merge keeps what either side has; no node owns a record. */
  @Override
  void assertOwn() {}

  @Override
  Map<String, Long> own() {
    Map<String, Long> versions = new HashMap<>();
    records.forEach((key, value) -> versions.put(key, version(value)));
    return versions;
  }

  /** No node owns a record: all vouch for all. */
  @Override
  Map<String, Long> heldFor(int node) {
    return own();
  }

  @Override
  void assertAgain(String key) {
    writes.latest(key, Kind.AGAIN, () -> writeAgain(key));
  }

  private CompletionStage<?> writeAgain(String key) {
    byte[] mine = records.get(key);
    if (mine == null) {
      return CompletableFuture.completedStage(null);
    }
    return cache
        .putIfAbsentAsync(key, mine)
        .thenCompose(
            other ->
                other != null && version(mine) >= version(other)
                    ? cache.replaceAsync(key, other, mine)
                    : CompletableFuture.completedStage(false));
  }

  /** Who has a record keeps it, and will write it. */
  @Override
  void withdraw(String key) {}

  @Override
  void writeKey(String key, DataOutput out) throws IOException {
    out.writeUTF(key);
  }

  @Override
  String readKey(DataInput in) throws IOException {
    return in.readUTF();
  }
}
