package org.smqcluster.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.infinispan.Cache;
import org.smqcluster.broker.ClientEntry;
import org.smqcluster.broker.Cluster;
import org.smqcluster.broker.Transport;
import org.smqcluster.cluster.ClientCodec.Held;
import org.smqcluster.protocol.Ids;

/**
 * The clients of all nodes: one cache entry a UID, written by the node that the client is connected
 * to. The index finds a client's node by ETID without touching the cache.
 */
final class ClientTable extends CacheTable<String, byte[]> {

  private static final int MAX_CLAIMS = 100;
  private static final int NO_NODE = 0;

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

  /** The client with this ETID. */
  Optional<ClientEntry> byEtid(int etid) {
    return Optional.ofNullable(byEtid.get(etid)).map(Held::entry);
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
            writes.submit(() -> removeUnlessBack(key, held));
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
    return connections(own);
  }

  @Override
  Map<String, Long> heldFor(int node) {
    Map<String, Held> held = new HashMap<>(byUid);
    held.values().removeIf(client -> client.node() != node);
    return connections(held);
  }

  private static Map<String, Long> connections(Map<String, Held> clients) {
    Map<String, Long> connections = new HashMap<>();
    clients.forEach((key, held) -> connections.put(key, held.entry().connection()));
    return connections;
  }

  @Override
  void assertAgain(String key) {
    Held mine = own.get(key);
    if (mine != null) {
      writes
          .submit(() -> cache.putIfAbsentAsync(key, mine.value()))
          .thenAccept(other -> settle(key, mine, other))
          .thenRun(() -> removeIfGone(key, mine));
    }
  }

  /** The cache has this value where ours should be. */
  private void settle(String key, Held mine, byte[] other) {
    if (other == null) {
      return;
    }
    Held held = ClientCodec.decode(mine.entry().uid(), other);
    if (held.sameConnection(mine) || mine.isLaterThan(held)) {
      writes.submit(() -> cache.replaceAsync(key, other, mine.value()));
    } else {
      synchronized (lock) {
        if (own.get(key) == mine) {
          yieldTo(held, mine, key);
        }
      }
    }
  }

  /**
   * A conditional removal does not reach the copy of another node where the key's first owner has
   * no entry; so one is put there, of no node.
   */
  @Override
  void withdraw(String key) {
    ClientEntry nobody =
        new ClientEntry(ClientCodec.fromCache(key), Ids.NONE, "", 0, 0, "", Transport.RAW, "");
    byte[] mark = ClientCodec.encode(nobody, NO_NODE).value();
    writes
        .submit(() -> cache.putIfAbsentAsync(key, mark))
        .thenAccept(
            other -> {
              byte[] found = other == null ? mark : other;
              Held held = ClientCodec.decode(nobody.uid(), found);
              if (!members.isLive(held.node())
                  || held.node() == members.self() && isGhost(key, held)) {
                writes.submit(() -> cache.removeAsync(key, found));
              }
            });
  }

  @Override
  void writeKey(String key, DataOutput out) throws IOException {
    out.writeUTF(key);
  }

  @Override
  String readKey(DataInput in) throws IOException {
    return in.readUTF();
  }
}
