package org.smqcluster.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.infinispan.Cache;
import org.infinispan.context.Flag;

/**
 * Records that all nodes hold, by key. Any node may write any record; after a split the one with
 * the higher version stays. Reading never leaves this node.
 */
public final class SharedRecords extends CacheTable<String, byte[]> {

  static final String CACHE = "devices";

  private final CacheWrites writes;
  private final Map<String, byte[]> records = new ConcurrentHashMap<>();
  private final List<BiConsumer<String, byte[]>> watchers = new CopyOnWriteArrayList<>();
  private final Object lock;

  SharedRecords(Cache<String, byte[]> cache, CacheWrites writes, Object lock) {
    super(cache, lock);
    this.writes = writes;
    this.lock = lock;
  }

  /**
   * Writes a record.
   *
   * @param version tells the later of two records after a split; a time will do
   * @return completes when all nodes have it
   */
  public CompletionStage<Void> put(String key, long version, byte[] record) {
    byte[] value =
        ByteBuffer.allocate(Long.BYTES + record.length).putLong(version).put(record).array();
    String cacheKey = ClientCodec.toCache(key);
    return writes.submit(
        () -> {
          byte[] held = records.get(cacheKey);
          // an attempt that waited for a node that hangs must not undo what came after it
          return held != null && version(held) > version
              ? CompletableFuture.completedStage(null)
              : cache
                  .withFlags(Flag.IGNORE_RETURN_VALUES)
                  .putAsync(cacheKey, value)
                  .thenAccept(old -> {});
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
    return writes.submit(
        () -> {
          byte[] held = records.get(cacheKey);
          return held == null || version(held) > version
              ? CompletableFuture.completedStage(null)
              : cache.removeAsync(cacheKey, held).thenAccept(removed -> {});
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
    byte[] mine = records.get(key);
    if (mine != null) {
      writes
          .submit(() -> cache.putIfAbsentAsync(key, mine))
          .thenAccept(
              other -> {
                if (other != null && version(mine) >= version(other)) {
                  writes.submit(() -> cache.replaceAsync(key, other, mine));
                }
              });
    }
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
