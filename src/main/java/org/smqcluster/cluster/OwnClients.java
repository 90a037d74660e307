package org.smqcluster.cluster;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.infinispan.AdvancedCache;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.cluster.ClientCodec.Held;
import org.smqcluster.protocol.Ids;

/**
 * The clients of this node: how they get their entries in the cache, keep them, give them up to a
 * later connection, and take them back. Changes are made under the lock of the index.
 */
final class OwnClients {

  private static final int MAX_CLAIMS = 100;
  private static final int NO_NODE = 0;

  private final ClientTable index;
  private final AdvancedCache<String, byte[]> cache;
  private final Members members;
  private final CacheWrites writes;
  private final Cluster.Listener listener;
  private final Object lock;

  /** By UID, once they are registered. */
  private final Map<String, Held> own = new ConcurrentHashMap<>();

  /** Connections whose registration is under way. */
  private final Set<Long> claiming = ConcurrentHashMap.newKeySet();

  /** The last registration of each UID that is not settled yet: they take turns. */
  private final Map<String, CompletableFuture<ClientEntry>> turns = new ConcurrentHashMap<>();

  OwnClients(
      ClientTable index,
      Members members,
      CacheWrites writes,
      Cluster.Listener listener,
      Object lock) {
    this.index = index;
    this.cache = index.cache;
    this.members = members;
    this.writes = writes;
    this.listener = listener;
    this.lock = lock;
  }

  /**
   * Registers a client when those of its UID that came before it on this node are registered: were
   * they to claim it all at once, each would make all others try again.
   */
  CompletionStage<ClientEntry> register(ClientEntry candidate) {
    claiming.add(candidate.connection());
    CompletableFuture<ClientEntry> turn = new CompletableFuture<>();
    CompletableFuture<ClientEntry> before = turns.put(candidate.uid(), turn);
    if (before == null) {
      claim(candidate, turn);
    } else {
      before.whenComplete((entry, failure) -> claim(candidate, turn));
    }
    return turn;
  }

  private void claim(ClientEntry candidate, CompletableFuture<ClientEntry> turn) {
    CompletableFuture<Held> claimed = new CompletableFuture<>();
    claim(candidate, 0, claimed);
    claimed
        .thenApply(this::registered)
        .whenComplete(
            (entry, failure) -> {
              claiming.remove(candidate.connection());
              turns.remove(candidate.uid(), turn);
              if (failure == null) {
                turn.complete(entry);
              } else {
                turn.completeExceptionally(failure);
              }
            });
  }

  /** Puts the candidate in the place of whoever has its UID, until no other node is faster. */
  private void claim(ClientEntry candidate, int lost, CompletableFuture<Held> claimed) {
    if (lost == MAX_CLAIMS) {
      claimed.completeExceptionally(
          new IllegalStateException("UID " + candidate.uid() + " is fought over"));
      return;
    }
    String key = ClientCodec.toCache(candidate.uid());
    Held old = index.heldByUid(key);
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
                index.refresh(key);
              }
              return replaced || mine.sameConnection(index.heldByUid(key));
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
    while (index.heldByEtid(etid) != null) {
      etid = Ids.etid(ThreadLocalRandom.current().nextInt());
    }
    return candidate.withEtid(etid);
  }

  /** Whether two nodes gave out the same ETID at the same moment, and it is ours to give way. */
  private boolean etidIsTaken(Held mine) {
    Held other = index.heldByEtid(mine.entry().etid());
    return other != null
        && !other.entry().uid().equals(mine.entry().uid())
        && other.entry().uid().compareTo(mine.entry().uid()) < 0;
  }

  private ClientEntry registered(Held mine) {
    synchronized (lock) {
      String key = ClientCodec.toCache(mine.entry().uid());
      own.put(key, mine);
      yieldTo(index.heldByUid(key), mine, key);
    }
    return mine.entry();
  }

  /** Takes no lock: the caller may hold one that a listener of the index waits for. */
  void unregister(ClientEntry entry) {
    String key = ClientCodec.toCache(entry.uid());
    Held mine = own.get(key);
    if (mine == null || mine.entry().connection() != entry.connection() || !own.remove(key, mine)) {
      return;
    }
    writes.submit(() -> cache.removeAsync(key, mine.value()));
  }

  /** A client of this node gives way to a later connection; what is earlier gives way to it. */
  private void yieldTo(Held now, Held mine, String key) {
    if (now != null && !now.sameConnection(mine) && now.isLaterThan(mine)) {
      own.remove(key, mine);
      listener.takenOver(mine.entry());
    }
  }

  /** Under the lock: this is what the cache has under the UID of a client of this node. */
  void changed(String key, Held now) {
    Held mine = own.get(key);
    if (mine != null) {
      yieldTo(now, mine, key);
      assertClient(key, mine, now);
    }
  }

  /** The registered ones, by UID. */
  Map<String, Held> all() {
    return own;
  }

  // ---- after merges

  /** Writes again what the cache lost. */
  void assertAll() {
    own.forEach((key, mine) -> assertClient(key, mine, index.heldByUid(key)));
  }

  /** Takes back an entry of this node that no client stands for. */
  void removeIfGhost(String key, Held held) {
    if (held.node() == members.self()) {
      removeIfGone(key, held);
    }
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
}
