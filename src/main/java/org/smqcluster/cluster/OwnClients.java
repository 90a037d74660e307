package org.smqcluster.cluster;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.infinispan.AdvancedCache;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.cluster.CacheTable.Kind;
import org.smqcluster.cluster.ClientCodec.Held;

/**
 * The clients of this node: how they get their entries in the cache, keep them, give them up to a
 * later connection, and take them back. Changes are made under the lock of the index.
 */
final class OwnClients {

  private static final int MAX_CLAIMS = 100;
  private static final CompletionStage<Boolean> WON = CompletableFuture.completedStage(true);

  private final AdvancedCache<String, byte[]> cache;
  private final ClientIndex index;
  private final Consumer<String> refresh;
  private final Members members;
  private final KeyWrites<String> writes;
  private final Cluster.Listener listener;
  private final Object lock;

  /** By UID, once they are registered. */
  private final Map<String, Held> own = new ConcurrentHashMap<>();

  /**
   * By connection, what the entry will tell of the session, while the registration is under way.
   */
  private final Map<Long, byte[]> claiming = new ConcurrentHashMap<>();

  private final UidTurns turns;

  /**
   * @param refresh brings the index in line with the cache for one UID, under the lock
   */
  OwnClients(
      AdvancedCache<String, byte[]> cache,
      ClientIndex index,
      Consumer<String> refresh,
      Members members,
      KeyWrites<String> writes,
      Executor thread,
      Cluster.Listener listener,
      Object lock) {
    this.cache = cache;
    this.index = index;
    this.refresh = refresh;
    this.members = members;
    this.writes = writes;
    this.listener = listener;
    this.lock = lock;
    this.turns = new UidTurns(this::claim, this::overtaken, thread);
  }

  /** Registers a client when it is its turn; completes when all nodes know. Hold no lock. */
  CompletionStage<ClientEntry> register(ClientEntry candidate, byte[] session) {
    claiming.put(candidate.connection(), session);
    return turns
        .add(candidate)
        .whenComplete((entry, failure) -> claiming.remove(candidate.connection()));
  }

  /** A later connection of this node took its UID before it was written. */
  private ClientEntry overtaken(ClientEntry lost) {
    synchronized (lock) {
      listener.takenOver(lost);
    }
    return lost;
  }

  private CompletionStage<ClientEntry> claim(ClientEntry candidate, boolean here) {
    return claim(candidate, 0, here).thenApply(mine -> registered(candidate, mine));
  }

  /**
   * Puts the candidate in the place of the client that has its UID, until no other node is faster.
   */
  private CompletionStage<Held> claim(ClientEntry candidate, int lost, boolean here) {
    if (lost == MAX_CLAIMS) {
      return CompletableFuture.failedStage(
          new IllegalStateException("UID " + candidate.uid() + " is fought over"));
    }
    String key = ClientCodec.toCache(candidate.uid());
    Held old = index.heldByUid(key);
    byte[] session = claiming.get(candidate.connection());
    Held mine = ClientCodec.encode(index.entryAfter(old, candidate), members.self(), session);
    return writes
        .inTurn(key, here, () -> write(key, old, mine))
        .whenComplete(
            (won, failure) -> {
              if (failure != null) {
                remove(key, mine);
              }
            })
        .thenCompose(
            won ->
                !won || index.hasToGiveWay(mine)
                    ? claim(candidate, lost + 1, false)
                    : CompletableFuture.completedStage(mine));
  }

  private ClientEntry registered(ClientEntry candidate, Held mine) {
    synchronized (lock) {
      String key = ClientCodec.toCache(mine.uid());
      own.put(key, mine);
      yieldTo(index.heldByUid(key), mine, key);
    }
    return candidate.with(mine.etid(), mine.connectedAt());
  }

  /** Puts the parked client in the place of the connected one; completes when all nodes know. */
  CompletionStage<ClientEntry> park(ClientEntry entry) {
    String key = ClientCodec.toCache(entry.uid());
    ClientEntry parked = entry.asParked();
    Held before =
        changeOwn(
            key,
            entry.connection(),
            mine -> ClientCodec.encode(parked, members.self(), mine.session()));
    if (before == null) {
      return CompletableFuture.failedStage(new IllegalStateException("it was taken over"));
    }
    return writes
        .latest(key, Kind.ASSERT, () -> assertNow(key))
        .whenComplete(
            (written, failure) -> {
              if (failure != null) {
                unregister(parked);
              }
            })
        .thenApply(written -> parked);
  }

  /** Tells all nodes what they need to go on with a client's session if this one dies. */
  CompletionStage<Void> describe(ClientEntry entry, byte[] session) {
    String key = ClientCodec.toCache(entry.uid());
    Held described = ClientCodec.encode(entry, members.self(), session);
    return changeOwn(key, entry.connection(), mine -> described) == null
        ? CompletableFuture.completedStage(null)
        : writes.latest(key, Kind.ASSERT, () -> assertNow(key));
  }

  /**
   * Changes what this node has of a connection, or forgets it where the change is null.
   *
   * @return what it had; null if it has another connection of the UID, or none
   */
  private Held changeOwn(String key, long connection, UnaryOperator<Held> change) {
    Held[] before = {null};
    own.computeIfPresent(
        key,
        (k, mine) -> {
          if (mine.connection() != connection) {
            return mine;
          }
          before[0] = mine;
          return change.apply(mine);
        });
    return before[0];
  }

  /** Takes no lock: the caller may hold one that a listener of the index waits for. */
  void unregister(ClientEntry entry) {
    String key = ClientCodec.toCache(entry.uid());
    Held mine = changeOwn(key, entry.connection(), each -> null);
    if (mine != null) {
      remove(key, mine);
    }
  }

  /**
   * Earlier removals for the UID are written by now, because the claim in between came after them.
   */
  private void remove(String key, Held mine) {
    writes.latest(
        key,
        Kind.REMOVE,
        () -> {
          // the last description of its session may not have been written
          Held now = index.heldByUid(key);
          return cache.removeAsync(key, mine.sameConnection(now) ? now.value() : mine.value());
        });
  }

  /** A client of this node gives way to a later connection; what is earlier gives way to it. */
  private void yieldTo(Held now, Held mine, String key) {
    if (now != null && !now.sameConnection(mine) && now.isLaterThan(mine)) {
      changeOwn(key, mine.connection(), each -> null);
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
    if (own.get(key) == mine && !mine.isSame(now)) {
      writes.latest(key, Kind.ASSERT, () -> assertNow(key));
    }
  }

  private CompletionStage<Void> assertNow(String key) {
    Held mine = own.get(key);
    Held now = index.heldByUid(key);
    if (mine == null || mine.isSame(now) || now != null && now.isLaterThan(mine)) {
      return CompletableFuture.completedStage(null);
    }
    return write(key, now, mine).thenRun(() -> removeIfGone(key, mine));
  }

  /** Whether an entry of this node has no client. */
  boolean isGhost(String key, Held held) {
    return !held.sameConnection(own.get(key)) && !claiming.containsKey(held.connection());
  }

  /** The client may have left while it was asserted. */
  private void removeIfGone(String key, Held mine) {
    if (isGhost(key, mine)) {
      remove(key, mine);
    }
  }

  void assertAgain(String key) {
    writes.latest(key, Kind.ASSERT_AGAIN, () -> assertEverywhere(key));
  }

  private CompletionStage<Void> assertEverywhere(String key) {
    Held mine = own.get(key);
    return mine == null
        ? CompletableFuture.completedStage(null)
        : cache
            .putIfAbsentAsync(key, mine.value())
            .thenCompose(other -> settle(key, mine, other))
            .thenRun(() -> removeIfGone(key, mine));
  }

  /** The cache has this value where ours should be. */
  private CompletionStage<?> settle(String key, Held mine, byte[] other) {
    Held held = other == null ? null : ClientCodec.decode(mine.uid(), other);
    if (held != null && (held.sameConnection(mine) || mine.isLaterThan(held))) {
      return cache.replaceAsync(key, other, mine.value());
    } else if (held != null) {
      synchronized (lock) {
        if (own.get(key) == mine) {
          yieldTo(held, mine, key);
        }
      }
    }
    return CompletableFuture.completedStage(null);
  }

  // ---- writes

  /**
   * Puts a client's entry in the place of an older one; completes with whether it is the entry now,
   * also when an earlier try made it so.
   *
   * @param old what the index has; null for no entry
   */
  private CompletionStage<Boolean> write(String key, Held old, Held mine) {
    CompletionStage<Boolean> replaced =
        old == null
            ? put(key, mine).thenApply(Optional::isEmpty)
            : cache.replaceAsync(key, old.value(), mine.value());
    return replaced.thenCompose(won -> won ? WON : lost(key, old, mine));
  }

  /** The entry that stands in the way of ours, in the copy that decides. */
  private CompletionStage<Optional<byte[]>> put(String key, Held mine) {
    return cache
        .putIfAbsentAsync(key, mine.value())
        .thenApply(Optional::ofNullable)
        .thenApply(there -> there.filter(other -> !Arrays.equals(other, mine.value())));
  }

  /** Another node was faster; or copies differ, because a node died while it wrote: no longer. */
  private CompletionStage<Boolean> lost(String key, Held old, Held mine) {
    refresh.accept(key);
    Held now = index.heldByUid(key);
    return now != old || mine.sameConnection(now)
        ? CompletableFuture.completedStage(mine.sameConnection(now))
        : put(key, mine).thenCompose(there -> there.isEmpty() ? WON : spread(key, there.get()));
  }

  private CompletionStage<Boolean> spread(String key, byte[] value) {
    return cache.replaceAsync(key, value, value).thenApply(done -> false);
  }
}
