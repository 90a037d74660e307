package org.smqcluster.cluster;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.infinispan.Cache;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.cluster.ClientCodec.Held;

/**
 * The clients of all nodes: one cache entry a UID, written by the node that the client is connected
 * to. The index finds a client's node by ETID without touching the cache.
 */
final class ClientTable extends CacheTable<String, byte[]> {

  /** Heap bytes of an entry, without its texts. */
  private static final int ENTRY_BYTES = 300;

  private enum Kind {
    GHOST
  }

  private final Members members;
  private final KeyWrites<String> writes;
  private final Cluster.Listener listener;
  private final Object lock;

  /** Content of the cache by UID, also clients of dead nodes. */
  private final Map<String, Held> byUid = new ConcurrentHashMap<>();

  /** Connected clients of live nodes, by ETID. */
  private final Map<Integer, Held> byEtid = new ConcurrentHashMap<>();

  /** Parked clients of live nodes, by ETID. */
  private final Map<Integer, Held> parked = new ConcurrentHashMap<>();

  /** Digests of each node's entries, also of dead nodes; changed under the lock. */
  private final Map<Integer, Digest> digests = new ConcurrentHashMap<>();

  /** Heap bytes of all entries; changed under the lock. */
  private volatile long bytes;

  private final OwnClients own;

  ClientTable(
      Cache<String, byte[]> cache,
      Members members,
      CacheWrites writes,
      Cluster.Listener listener,
      Object lock) {
    super(cache, KeyForm.TEXT, lock);
    this.members = members;
    this.writes = new KeyWrites<>(writes);
    this.listener = listener;
    this.lock = lock;
    this.own = new OwnClients(this, members, this.writes, writes::execute, listener, lock);
  }

  CompletionStage<ClientEntry> register(ClientEntry candidate) {
    return own.register(candidate);
  }

  void unregister(ClientEntry entry) {
    own.unregister(entry);
  }

  /** What the cache says of a UID, in its form as a key; null if nothing. */
  Held heldByUid(String key) {
    return byUid.get(key);
  }

  /** The client with this ETID, parked or not, if its node is live; or null. */
  Held heldByEtid(int etid) {
    Held connected = byEtid.get(etid);
    Held found = connected == null ? parked.get(etid) : connected;
    // a parked client may have connected between the two look-ups
    return found == null ? byEtid.get(etid) : found;
  }

  CompletionStage<ClientEntry> park(ClientEntry entry) {
    return own.park(entry);
  }

  /** The client with this UID, connected or parked, if its node is live. */
  Optional<ClientEntry> byUid(String uid) {
    return Optional.ofNullable(byUid.get(ClientCodec.toCache(uid)))
        .filter(client -> members.isLive(client.node()))
        .map(Held::entry);
  }

  boolean isParked(int etid) {
    return !byEtid.containsKey(etid) && parked.containsKey(etid);
  }

  // ---- the index

  @Override
  void apply(String key, byte[] value) {
    Held old = byUid.get(key);
    if (old == null ? value == null : Arrays.equals(old.value(), value)) {
      return;
    }
    // decoded first: an entry that this node cannot read must change nothing
    Held now = value == null ? null : ClientCodec.decode(ClientCodec.fromCache(key), value);
    count(key, old, now);
    if (now == null) {
      byUid.remove(key);
    } else {
      byUid.put(key, now);
      show(now);
    }
    own.changed(key, now);
    if (old != null && !old.sameConnection(now)) {
      hide(old, now);
    }
  }

  private void count(String key, Held old, Held now) {
    if (old != null) {
      bytes -= bytes(key, old.value());
      digests.computeIfPresent(
          old.node(),
          (node, all) -> {
            Digest left = all.without(key, old.connection());
            return left.equals(Digest.NONE) ? null : left;
          });
    }
    if (now != null) {
      bytes += bytes(key, now.value());
      digests.merge(
          now.node(),
          Digest.NONE.with(key, now.connection()),
          (all, one) -> all.with(key, now.connection()));
    }
  }

  @Override
  boolean isCurrent(String key, Object stored) {
    Held held = byUid.get(key);
    return held != null && Arrays.equals(held.value(), CacheSettings.bytes(stored));
  }

  /** The cache has the key and the value, the index the texts that both hold. */
  private static int bytes(String key, byte[] value) {
    return ENTRY_BYTES + 2 * (key.length() + value.length);
  }

  /** What the clients of all nodes take of the heap here, in bytes, an estimate. */
  long bytes() {
    return bytes;
  }

  private void show(Held held) {
    if (members.isLive(held.node())) {
      (held.isParked() ? parked : byEtid).put(held.etid(), held);
    }
  }

  private void hide(Held old, Held now) {
    int etid = old.etid();
    if (old.isParked()) {
      // gone since it was parked
      parked.remove(etid, old);
      return;
    }
    boolean shown = byEtid.remove(etid, old);
    boolean replaced = now != null && byEtid.get(etid) == now;
    if (shown || replaced) {
      listener.clientGone(etid);
    }
  }

  void nodeJoined(int node) {
    eachOf(node, this::show);
  }

  void nodeLeft(int node) {
    eachOf(node, gone -> hide(gone, null));
  }

  /** Each under the lock by itself: clients that connect meanwhile need the lock, too. */
  private void eachOf(int node, Consumer<Held> change) {
    byUid.forEach(
        (key, held) -> {
          if (held.node() == node) {
            synchronized (lock) {
              if (byUid.get(key) == held) {
                change.accept(held);
              }
            }
          }
        });
  }

  @Override
  public Set<String> known() {
    return byUid.keySet();
  }

  /** The id of the node that a client is connected to or parked on; 0 if there is none. */
  int nodeOf(int etid) {
    Held held = heldByEtid(etid);
    return held == null ? 0 : held.node();
  }

  /** The client with this ETID. */
  Optional<ClientEntry> byEtid(int etid) {
    return Optional.ofNullable(byEtid.get(etid)).map(Held::entry);
  }

  /** All clients of live nodes, connected and parked. */
  Collection<ClientEntry> all() {
    return Stream.concat(byEtid.values().stream(), parked.values().stream())
        .map(Held::entry)
        .toList();
  }

  int size() {
    return byEtid.size();
  }

  // ---- after merges and deaths

  @Override
  void assertOwn() {
    own.assertAll();
    byUid.forEach(own::removeIfGhost);
  }

  /**
   * Removes the entries of nodes that are gone.
   *
   * @param thoroughly also where only this node's copy still has them
   */
  void removeGhosts(boolean thoroughly) {
    byUid.forEach(
        (key, held) -> {
          if (members.isLive(held.node())) {
            return;
          } else if (thoroughly) {
            withdraw(key);
          } else {
            writes.latest(key, Kind.GHOST, () -> removeUnlessBack(key, held));
          }
        });
  }

  private CompletionStage<Boolean> removeUnlessBack(String key, Held held) {
    return members.isLive(held.node())
        ? CompletableFuture.completedStage(false)
        : cache.removeAsync(key, held.value());
  }

  @Override
  Map<String, Long> own() {
    return connections(own.all());
  }

  @Override
  Map<String, Long> heldFor(int node) {
    Map<String, Held> held = new HashMap<>();
    byUid.forEach(
        (key, client) -> {
          if (client.node() == node) {
            held.put(key, client);
          }
        });
    return connections(held);
  }

  @Override
  Digest digest(int node) {
    return digests.getOrDefault(node, Digest.NONE);
  }

  private static Map<String, Long> connections(Map<String, Held> clients) {
    Map<String, Long> connections = new HashMap<>();
    clients.forEach((key, held) -> connections.put(key, held.connection()));
    return connections;
  }

  @Override
  void assertAgain(String key) {
    own.assertAgain(key);
  }

  @Override
  void withdraw(String key) {
    own.withdraw(key);
  }
}
