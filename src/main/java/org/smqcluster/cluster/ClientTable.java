package org.smqcluster.cluster;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.infinispan.Cache;
import org.smqcluster.broker.ClientEntry;
import org.smqcluster.broker.Cluster;
import org.smqcluster.cluster.ClientCodec.Held;
import org.smqcluster.protocol.Ids;

/**
 * The clients of all nodes: one cache entry a UID, written by the node that the client is connected
 * to. The index finds a client's node by ETID without touching the cache.
 */
final class ClientTable extends CacheTable<String, byte[]> {

  private static final int MAX_CLAIMS = 100;

  private final Members members;
  private final CacheWrites writes;
  private final Cluster.Listener listener;
  private final Object lock;

  /** What the cache says, by UID; clients of nodes that are gone too. */
  private final Map<String, Held> byUid = new ConcurrentHashMap<>();

  /** Clients of nodes that are there. */
  private final Map<Integer, Held> byEtid = new ConcurrentHashMap<>();

  /** Clients of this node, by UID, once they are registered. */
  private final Map<String, Held> own = new ConcurrentHashMap<>();

  /** Connections of this node whose registration is under way. */
  private final Set<Long> claiming = ConcurrentHashMap.newKeySet();

  ClientTable(
      Cache<String, byte[]> cache,
      Members members,
      CacheWrites writes,
      Cluster.Listener listener,
      Object lock) {
    super(cache, lock);
    this.members = members;
    this.writes = writes;
    this.listener = listener;
    this.lock = lock;
  }

  // ---- this node's clients

  CompletionStage<ClientEntry> register(ClientEntry candidate) {
    claiming.add(candidate.connection());
    CompletableFuture<Held> claimed = new CompletableFuture<>();
    claim(candidate, 0, claimed);
    return claimed
        .whenComplete((held, failure) -> claiming.remove(candidate.connection()))
        .thenApply(this::registered);
  }

  /** Puts the candidate in the place of whoever has its UID, until no other is faster. */
  private void claim(ClientEntry candidate, int lost, CompletableFuture<Held> claimed) {
    if (lost == MAX_CLAIMS) {
      claimed.completeExceptionally(
          new IllegalStateException("UID " + candidate.uid() + " is fought over"));
      return;
    }
    String key = ClientCodec.toCache(candidate.uid());
    Held old = byUid.get(key);
    Held mine = ClientCodec.encode(entryAfter(old, candidate), members.self());
    writes
        .submit(() -> replace(key, old, mine))
        .whenComplete(
            (won, failure) -> {
              if (failure != null) {
                writes.submit(() -> cache.removeAsync(key, mine.value()));
                claimed.completeExceptionally(failure);
              } else if (!won || etidIsTaken(mine)) {
                claim(candidate, lost + 1, claimed);
              } else {
                claimed.complete(mine);
              }
            });
  }

  /** True if ours is the entry now, also when an earlier try made it so. */
  private CompletionStage<Boolean> replace(String key, Held old, Held mine) {
    if (old == null) {
      return cache
          .putIfAbsentAsync(key, mine.value())
          .thenApply(other -> other == null || Arrays.equals(other, mine.value()));
    }
    return cache
        .replaceAsync(key, old.value(), mine.value())
        .thenApply(
            replaced -> {
              if (!replaced) {
                refresh(key);
              }
              return replaced || mine.sameConnection(byUid.get(key));
            });
  }

  private ClientEntry entryAfter(Held old, ClientEntry candidate) {
    if (old != null
        && members.isLive(old.node())
        && old.entry().connection() != candidate.connection()) {
      // clocks of nodes differ; the order of a UID's connections must not
      long connectedAt = Math.max(candidate.connectedAt(), old.entry().connectedAt() + 1);
      return new ClientEntry(
          candidate.uid(),
          old.entry().etid(),
          candidate.node(),
          candidate.connection(),
          connectedAt,
          candidate.address(),
          candidate.transport(),
          candidate.info());
    }
    int etid = candidate.etid();
    while (byEtid.containsKey(etid)) {
      etid = Ids.etid(ThreadLocalRandom.current().nextInt());
    }
    return candidate.withEtid(etid);
  }

  /** Whether two nodes gave out the same ETID at the same moment, and it is ours to give way. */
  private boolean etidIsTaken(Held mine) {
    Held other = byEtid.get(mine.entry().etid());
    return other != null
        && !other.entry().uid().equals(mine.entry().uid())
        && other.entry().uid().compareTo(mine.entry().uid()) < 0;
  }

  private ClientEntry registered(Held mine) {
    synchronized (lock) {
      String key = ClientCodec.toCache(mine.entry().uid());
      own.put(key, mine);
      yieldTo(byUid.get(key), mine, key);
    }
    return mine.entry();
  }

  void unregister(ClientEntry entry) {
    String key = ClientCodec.toCache(entry.uid());
    Held mine;
    synchronized (lock) {
      mine = own.get(key);
      if (mine == null || mine.entry().connection() != entry.connection()) {
        return;
      }
      own.remove(key);
    }
    writes.submit(() -> cache.removeAsync(key, mine.value()));
  }

  // ---- the index

  @Override
  void apply(String key, byte[] value) {
    Held old = byUid.get(key);
    if (old == null ? value == null : Arrays.equals(old.value(), value)) {
      return;
    }
    Held now = null;
    if (value == null) {
      byUid.remove(key);
    } else {
      now = ClientCodec.decode(ClientCodec.fromCache(key), value);
      byUid.put(key, now);
      show(now);
    }
    Held mine = own.get(key);
    if (mine != null) {
      yieldTo(now, mine, key);
      assertClient(key, mine, now);
    }
    if (old != null && !old.sameConnection(now)) {
      hide(old, now);
    }
  }

  private void show(Held held) {
    if (members.isLive(held.node())) {
      byEtid.put(held.entry().etid(), held);
    }
  }

  private void hide(Held old, Held now) {
    int etid = old.entry().etid();
    boolean shown = byEtid.remove(etid, old);
    boolean replaced = now != null && byEtid.get(etid) == now;
    if (shown || replaced) {
      listener.clientGone(etid);
    }
  }

  /** A client of this node gives way to a later connection; what is earlier gives way to it. */
  private void yieldTo(Held now, Held mine, String key) {
    if (now != null && !now.sameConnection(mine) && now.isLaterThan(mine)) {
      own.remove(key, mine);
      listener.takenOver(mine.entry());
    }
  }

  void nodeJoined(int node) {
    synchronized (lock) {
      byUid.values().stream().filter(held -> held.node() == node).forEach(this::show);
    }
  }

  void nodeLeft(int node) {
    synchronized (lock) {
      byUid.values().stream().filter(held -> held.node() == node).forEach(gone -> hide(gone, null));
    }
  }

  @Override
  Set<String> known() {
    return byUid.keySet();
  }

  /** The id of the node that a client is connected to; 0 if there is no such client. */
  int nodeOf(int etid) {
    Held held = byEtid.get(etid);
    return held == null ? 0 : held.node();
  }

  /** All clients of nodes that are there. */
  Collection<ClientEntry> all() {
    return byEtid.values().stream().map(Held::entry).toList();
  }

  int size() {
    return byEtid.size();
  }

  // ---- after merges and deaths

  @Override
  void assertOwn() {
    own.forEach(
        (key, mine) -> {
          Held now = byUid.get(key);
          if (!mine.sameConnection(now)) {
            writes.submit(() -> replace(key, now, mine)).thenRun(() -> removeIfGone(key, mine));
          }
        });
    byUid.forEach(
        (key, held) -> {
          if (held.node() == members.self() && isGhost(key, held)) {
            writes.submit(() -> cache.removeAsync(key, held.value()));
          }
        });
  }

  /** Writes a client of this node again that the cache lost, or has an earlier connection of. */
  private void assertClient(String key, Held mine, Held now) {
    if (own.get(key) == mine && !mine.sameConnection(now)) {
      writes.submit(() -> replace(key, now, mine)).thenRun(() -> removeIfGone(key, mine));
    }
  }

  private boolean isGhost(String key, Held held) {
    return !held.sameConnection(own.get(key)) && !claiming.contains(held.entry().connection());
  }

  /** The client may have left while it was asserted. */
  private void removeIfGone(String key, Held mine) {
    if (isGhost(key, mine)) {
      writes.submit(() -> cache.removeAsync(key, mine.value()));
    }
  }

  /** Removes the entries of nodes that are gone; one node of the cluster does it. */
  void removeGhosts() {
    byUid.values().stream()
        .filter(held -> !members.isLive(held.node()))
        .forEach(held -> writes.submit(() -> removeUnlessBack(held)));
  }

  private CompletionStage<Boolean> removeUnlessBack(Held held) {
    return members.isLive(held.node())
        ? CompletableFuture.completedStage(false)
        : cache.removeAsync(ClientCodec.toCache(held.entry().uid()), held.value());
  }
}
