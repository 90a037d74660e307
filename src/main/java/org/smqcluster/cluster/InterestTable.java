package org.smqcluster.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.infinispan.Cache;
import org.infinispan.context.Flag;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.RemoteNode;

/**
 * How many subscribers each topic has on each node. The key is the node's id above the TID; only
 * that node writes it.
 */
final class InterestTable extends CacheTable<Long, Integer> {

  /** What an entry takes of the heap, in bytes. */
  static final int ENTRY_BYTES = 200;

  private final int self;
  private final CacheWrites writes;
  private final Cluster.Listener listener;
  private final IntFunction<RemoteNode> nodes;
  private final Object lock;

  /** What the cache says. */
  private final Map<Long, Integer> counts = new ConcurrentHashMap<>();

  private final Map<Integer, Announcement> own = new ConcurrentHashMap<>();

  /**
   * Makes the table.
   *
   * @param nodes finds another node that is there by its id, or null
   */
  InterestTable(
      Cache<Long, Integer> cache,
      int self,
      CacheWrites writes,
      Cluster.Listener listener,
      IntFunction<RemoteNode> nodes,
      Object lock) {
    super(cache, lock);
    this.self = self;
    this.writes = writes;
    this.listener = listener;
    this.nodes = nodes;
    this.lock = lock;
  }

  private static long key(int node, int tid) {
    return (long) node << 32 | tid & 0xFFFFFFFFL;
  }

  private static int node(long key) {
    return (int) (key >> 32);
  }

  private static int tid(long key) {
    return (int) key;
  }

  // ---- this node's interest

  CompletionStage<Void> announce(int tid, int subscribers) {
    CompletableFuture<Void> known = new CompletableFuture<>();
    own.compute(
        tid,
        (id, there) -> {
          Announcement announcement = there == null ? new Announcement(id) : there;
          announcement.want(subscribers, known);
          return announcement;
        });
    return known;
  }

  /** What this node says of one topic: one write at a time, always of the latest count. */
  private final class Announcement {

    private final int tid;
    private int wanted;
    private boolean writing;

    /** Whether another node's copy may have what this one's has not. */
    private boolean stray;

    private List<CompletableFuture<Void>> waiting = new ArrayList<>(2);

    private Announcement(int tid) {
      this.tid = tid;
    }

    private synchronized void want(int subscribers, CompletableFuture<Void> known) {
      wanted = subscribers;
      waiting.add(known);
      if (!writing) {
        writing = true;
        write();
      }
    }

    /** Says it once more: the cache lost it. */
    private synchronized void again() {
      if (!writing) {
        writing = true;
        write();
      }
    }

    /** Says that there is nothing, for another node's copy has something. */
    private synchronized void withdraw() {
      stray = true;
      again();
    }

    private void write() {
      int[] written = {0};
      List<CompletableFuture<Void>> told = new ArrayList<>();
      writes
          .submit(
              () -> {
                boolean everywhere;
                synchronized (this) {
                  told.addAll(waiting);
                  waiting = new ArrayList<>(2);
                  written[0] = wanted;
                  everywhere = stray;
                }
                long key = key(self, tid);
                return everywhere && written[0] == 0 ? putAndRemove(key) : put(key, written[0]);
              })
          .whenComplete((done, failure) -> written(written[0], told, failure));
    }

    private void written(int count, List<CompletableFuture<Void>> told, Throwable failure) {
      own.computeIfPresent(
          tid,
          (id, announcement) -> {
            synchronized (this) {
              if (failure == null) {
                stray = false;
              }
              if (!waiting.isEmpty()) {
                write();
                return this;
              }
              writing = false;
              return count == 0 && failure == null ? null : this;
            }
          });
      if (failure == null) {
        told.forEach(known -> known.complete(null));
      } else {
        told.forEach(known -> known.completeExceptionally(failure));
      }
    }

    private synchronized int wanted() {
      return wanted;
    }

    private synchronized boolean says(Integer count) {
      return writing || (count == null ? 0 : count) == wanted;
    }
  }

  private CompletionStage<Void> put(long key, int count) {
    var quick = cache.withFlags(Flag.IGNORE_RETURN_VALUES);
    return count == 0
        ? quick.removeAsync(key).thenApply(old -> null)
        : quick.putAsync(key, count).thenApply(old -> null);
  }

  /** A removal alone may stop where there is nothing to remove. */
  private CompletionStage<Void> putAndRemove(long key) {
    return cache.putAsync(key, 0).thenCompose(old -> put(key, 0));
  }

  // ---- the index

  @Override
  void apply(Long key, Integer value) {
    Integer count = value == null || value == 0 ? null : value;
    Integer old = count == null ? counts.remove(key) : counts.put(key, count);
    if (node(key) != self && !Objects.equals(old, count)) {
      tell(key, count == null ? 0 : count);
    }
  }

  private void tell(long key, int count) {
    RemoteNode node = nodes.apply(node(key));
    if (node != null) {
      listener.interest(node, tid(key), count);
    }
  }

  void nodeJoined(int node) {
    synchronized (lock) {
      counts.forEach(
          (key, count) -> {
            if (node(key) == node) {
              tell(key, count);
            }
          });
    }
  }

  /** Called while {@code nodes} still finds the node. */
  void nodeLeft(int node) {
    synchronized (lock) {
      counts.keySet().stream().filter(key -> node(key) == node).forEach(key -> tell(key, 0));
    }
  }

  @Override
  Set<Long> known() {
    return counts.keySet();
  }

  // ---- after merges and deaths

  @Override
  void assertOwn() {
    own.forEach(
        (tid, announcement) -> {
          if (!announcement.says(counts.get(key(self, tid)))) {
            announcement.again();
          }
        });
    counts.keySet().stream()
        .filter(key -> node(key) == self && !own.containsKey(tid(key)))
        .forEach(this::withdraw);
  }

  /** Removes the entries of nodes that are gone. */
  void removeGhosts(Members members) {
    counts.keySet().stream()
        .filter(key -> !members.isLive(node(key)))
        .forEach(key -> writes.submit(() -> removeUnlessBack(key, members)));
  }

  private CompletionStage<Void> removeUnlessBack(long key, Members members) {
    return members.isLive(node(key)) ? CompletableFuture.completedStage(null) : putAndRemove(key);
  }

  @Override
  Map<Long, Long> own() {
    Map<Long, Long> entries = new HashMap<>();
    own.forEach(
        (tid, announcement) -> {
          int wanted = announcement.wanted();
          if (wanted > 0) {
            entries.put(key(self, tid), (long) wanted);
          }
        });
    return entries;
  }

  @Override
  Map<Long, Long> heldFor(int node) {
    Map<Long, Long> entries = new HashMap<>();
    counts.forEach(
        (key, count) -> {
          if (node(key) == node) {
            entries.put(key, (long) count);
          }
        });
    return entries;
  }

  @Override
  void assertAgain(Long key) {
    Announcement announcement = own.get(tid(key));
    if (announcement != null) {
      announcement.again();
    }
  }

  /** Decided where clients' interest is announced: one that comes now is written after it. */
  @Override
  void withdraw(Long key) {
    own.computeIfAbsent(
        tid(key),
        tid -> {
          Announcement nothing = new Announcement(tid);
          nothing.withdraw();
          return nothing;
        });
  }

  @Override
  void writeKey(Long key, DataOutput out) throws IOException {
    out.writeLong(key);
  }

  @Override
  Long readKey(DataInput in) throws IOException {
    return in.readLong();
  }
}
