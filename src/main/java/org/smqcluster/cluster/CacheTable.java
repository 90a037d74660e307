package org.smqcluster.cluster;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.infinispan.AdvancedCache;
import org.infinispan.Cache;
import org.infinispan.container.DataContainer;
import org.infinispan.container.entries.InternalCacheEntry;
import org.infinispan.context.Flag;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryModified;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryRemoved;
import org.infinispan.notifications.cachelistener.event.CacheEntryEvent;

/**
 * A replicated cache and this node's index of it. The index follows the cache by a synchronous
 * listener: a write is acknowledged to its writer when the index of every node has it. Whatever a
 * listener could miss while nodes come, go and merge, {@link #reconcile} finds.
 *
 * <p>All changes of the index are made under one lock, which is never held while waiting. The
 * broker's listener is called under it, so that it hears changes in their order; therefore no
 * method that the broker calls while it holds a lock may take it. What is applied is always the
 * cache's value of that moment, so the order of events does not matter.
 *
 * @param <K> key type of the cache
 * @param <V> value type of the cache
 */
abstract class CacheTable<K, V> {

  /** What a write is for: of those of one kind that wait for a key, the latest is made. */
  enum Kind {
    STATE,
    ASSERT,
    ASSERT_AGAIN,
    REMOVE,
    WITHDRAW,
    GHOST
  }

  private static final Logger LOG = System.getLogger(CacheTable.class.getName());

  final AdvancedCache<K, V> cache;
  private final AdvancedCache<K, V> local;
  private final KeyForm<K> keys;

  /** The writes of this node. */
  final KeyWrites<K> writes;

  final Object lock;
  private volatile Consumer<K> keeper = key -> {};

  CacheTable(Cache<K, V> cache, KeyForm<K> keys, KeyWrites<K> writes, Object lock) {
    this.cache = cache.getAdvancedCache();
    this.local = this.cache.withFlags(Flag.CACHE_MODE_LOCAL, Flag.SKIP_LOCKING);
    this.keys = keys;
    this.writes = writes;
    this.lock = lock;
  }

  /** From now on the keys that change are told, under the lock, after the index has them. */
  final void keptBy(Consumer<K> itsKeeper) {
    keeper = itsKeeper;
  }

  /** Follows the cache from now on. */
  void start() {
    cache.addListener(new Feed<>(this));
    readAll();
  }

  /** Brings the index in line with the cache, then the cache with what this node owns. */
  void reconcile() {
    readAll();
    assertOwn();
  }

  /** Past the cache's interceptors: nodes come and go, and the cache may have a million entries. */
  private void readAll() {
    DataContainer<K, V> copy = cache.getDataContainer();
    for (InternalCacheEntry<K, V> entry : copy) {
      if (!isCurrent(entry.getKey(), entry.getValue())) {
        refresh(entry.getKey());
      }
    }
    for (K key : known()) {
      if (!copy.containsKey(key)) {
        refresh(key);
      }
    }
  }

  /** Whether the index has what this node's copy holds under the key; false if that is unknown. */
  boolean isCurrent(K key, Object stored) {
    return false;
  }

  /** Applies the cache's value of now. */
  final void refresh(K key) {
    synchronized (lock) {
      try {
        apply(key, local.get(key));
        keeper.accept(key);
      } catch (UnknownFormatException e) {
        LOG.log(
            Level.WARNING,
            "Ignored an entry of {0} that this node cannot read: {1}. See the versions of the"
                + " nodes at /api/cluster.",
            name(),
            e.getMessage());
      }
    }
  }

  /** Whether this node's copy of the cache has the key. */
  final boolean isCached(K key) {
    return local.containsKey(key);
  }

  /** Writes a value unless the cache's own value stays; false if it does. */
  final CompletionStage<Boolean> writeUnless(K key, V value, Predicate<V> stays) {
    return cache
        .putIfAbsentAsync(key, value)
        .thenCompose(
            other ->
                other == null || stays.test(other)
                    ? CompletableFuture.completedStage(other == null)
                    : cache.replaceAsync(key, other, value));
  }

  /** Under the lock: this is the key's value; null for none. May be the value of before. */
  abstract void apply(K key, V value);

  /** The keys of the index, which may change meanwhile. */
  public abstract Set<K> known();

  /** Writes again what this node owns and its copy lacks, removes what it does not own. */
  abstract void assertOwn();

  // ---- what nodes compare

  public final String name() {
    return cache.getName();
  }

  /** The entries that this node vouches for, each with a number that changes when it does. */
  abstract Map<K, Long> own();

  /**
   * What this node's copy has of those that another node should vouch for: all, if none owns any.
   */
  Map<K, Long> heldFor(int node) {
    return own();
  }

  /** {@link #heldFor} in brief. */
  Digest digest(int node) {
    return Digest.of(heldFor(node));
  }

  /** Writes an entry of this node again, because another node's copy lacks it. */
  abstract void assertAgain(K key);

  /**
   * Another node's copy has an entry of this node that is no more; nothing to do where a node that
   * has an entry keeps it, and writes it again.
   */
  void withdraw(K key) {}

  public final KeyForm<K> keys() {
    return keys;
  }

  /**
   * The cache's events.
   *
   * @param <K> key type of the cache
   */
  @Listener(observation = Listener.Observation.POST)
  public static final class Feed<K> {

    private final CacheTable<K, ?> table;

    Feed(CacheTable<K, ?> table) {
      this.table = table;
    }

    /** Called by Infinispan. */
    @CacheEntryCreated
    @CacheEntryModified
    @CacheEntryRemoved
    public void changed(CacheEntryEvent<K, ?> event) {
      table.refresh(event.getKey());
    }
  }
}
