package org.smqcluster.api;

import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.SharedRecords;
import org.smqcluster.broker.spi.SharedRecords.Versioned;
import org.smqcluster.log.LimitedLog;

/**
 * A small map that the nodes share, injectable by its name: {@code @Inject @SharedState("rooms")
 * SharedMap<Room> rooms}. Every node holds all of it; reading is local and takes no lock. A change
 * is seen on this node at once and on the others soon; a key that changes faster than ten times a
 * second is sent to them as the latest value. The later change of a key wins, on all nodes alike,
 * after a split too; by the clocks of the nodes, and on a tie by the bytes.
 *
 * <p>Thread-safe; nothing blocks. Before the node is started the map is empty, {@link #put} and
 * {@link #remove} throw {@link IllegalStateException}, and {@link #watch} may be called.
 *
 * @param <V> type of the values, which must be immutable
 */
public final class SharedMap<V> {

  private static final LimitedLog LOG = new LimitedLog(SharedMap.class);

  private record Entry<V>(long version, V value) {}

  /**
   * Told of changes, on the thread of {@link SharedMap#put} or one of the cluster, one change after
   * the other. It must not block, nor change the map.
   *
   * @param <V> type of the values
   */
  @FunctionalInterface
  public interface Watcher<V> {

    /** The value of a key has changed; empty for none. */
    void changed(String key, Optional<V> before, Optional<V> now);
  }

  private final String name;
  private final SharedCodec<V> codec;
  private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Watcher<? super V>> watchers = new CopyOnWriteArrayList<>();
  private volatile SharedRecords records;
  private long last;

  /** Made by the container. */
  public SharedMap(String name, SharedCodec<V> codec) {
    this.name = name;
    this.codec = codec;
  }

  /** Called by the container when the node has joined its cluster. */
  public void connect(SharedRecords shared) {
    records = shared;
    shared.watch(this::told);
  }

  private SharedRecords records() {
    SharedRecords connected = records;
    if (connected == null) {
      throw new IllegalStateException("the SMQ node is not started");
    }
    return connected;
  }

  /** The value of a key on this node; empty if there is none. */
  public Optional<V> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** How many entries this node knows. */
  public int size() {
    return entries.size();
  }

  /** Calls the action for every entry of now, in no order. */
  public void forEach(BiConsumer<String, ? super V> action) {
    entries.forEach((key, entry) -> action.accept(key, entry.value()));
  }

  /** The values of now, a copy in no order. */
  public Collection<V> values() {
    return entries.values().stream().map(Entry::value).toList();
  }

  /**
   * Sets the value of a key.
   *
   * @param key counts with its UTF-8 bytes against {@code maxBytes}; not null, as the value
   * @return completes, on a thread of the cluster, when all nodes have it or a later one; fails
   *     with {@link IllegalStateException} if the map is full, or with what the codec throws, and
   *     then the value of before is back
   */
  public CompletionStage<Void> put(String key, V value) {
    Objects.requireNonNull(value, "value");
    SharedRecords connected = records();
    Entry<V> put;
    synchronized (this) {
      put = new Entry<>(next(entries.get(key)), value);
      changed(key, put);
    }
    return connected
        .put(key, () -> latest(key))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                takeBack(key, put);
              }
            });
  }

  /** Under the lock; no two changes of this node have one version. */
  private long next(Entry<V> held) {
    long above = held == null ? last : Math.max(last, held.version());
    last = Math.max(System.currentTimeMillis(), above + 1);
    return last;
  }

  /** Asked only when the record is written, however fast a key changes. */
  private Optional<Versioned> latest(String key) {
    return Optional.ofNullable(entries.get(key))
        .map(entry -> new Versioned(entry.version(), codec.encode(entry.value())));
  }

  private synchronized void takeBack(String key, Entry<V> failed) {
    if (entries.get(key) == failed) {
      changed(key, null);
      records.get(key).ifPresent(record -> told(key, record));
    }
  }

  /**
   * Removes a key if it has this value, as {@link ConcurrentHashMap#remove(Object, Object)}. A
   * later {@link #put} of another node wins.
   */
  public void remove(String key, V value) {
    SharedRecords connected = records();
    Entry<V> held;
    long removal;
    synchronized (this) {
      held = entries.get(key);
      if (held == null || !held.value().equals(value)) {
        return;
      }
      removal = next(held);
      changed(key, null);
    }
    connected.remove(key, held.version(), removal);
  }

  /** Adds a watcher, for the life of the application, and tells it the entries of now. */
  public synchronized void watch(Watcher<? super V> watcher) {
    entries.forEach(
        (key, entry) -> watcher.changed(key, Optional.empty(), Optional.of(entry.value())));
    watchers.add(watcher);
  }

  /** Under the lock. */
  private void changed(String key, Entry<V> now) {
    Entry<V> before = now == null ? entries.remove(key) : entries.put(key, now);
    InternalErrors.forEach(
        "a watcher of the shared map " + name,
        watchers,
        watcher ->
            watcher.changed(
                key,
                Optional.ofNullable(before).map(Entry::value),
                Optional.ofNullable(now).map(Entry::value)));
  }

  /** What the cluster tells may be older than what this node has put since. */
  private synchronized void told(String key, Versioned record) {
    Entry<V> held = entries.get(key);
    if (held != null && held.version() > record.version()) {
      return;
    } else if (!record.isRemoved()) {
      decoded(key, record)
          .filter(value -> held == null || !held.value().equals(value))
          .ifPresent(value -> changed(key, new Entry<>(record.version(), value)));
    } else if (held != null) {
      changed(key, null);
    }
  }

  private Optional<V> decoded(String key, Versioned record) {
    try {
      return Optional.of(codec.decode(record.bytes()));
    } catch (RuntimeException | Error e) {
      LOG.log(
          Level.WARNING,
          "Ignored the entry {0} of the shared map {1}, which this node cannot read: {2}. See the"
              + " versions of the nodes at /api/cluster.",
          key,
          name,
          e.toString());
      return Optional.empty();
    }
  }
}
