package org.smqcluster.cluster;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.infinispan.Cache;
import org.infinispan.context.Flag;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.RemoteNode;

/**
 * How many subscribers each topic has on each node. The key is the node's id above the TID; only
 * that node writes it.
 */
final class InterestTable extends CacheTable<Long, Integer> {

  /** Heap bytes of an entry. */
  static final int ENTRY_BYTES = 200;

  private final int self;
  private final Cluster.Listener listener;
  private final IntFunction<RemoteNode> nodes;

  /** Content of the cache. */
  private final Map<Long, Integer> counts = new ConcurrentHashMap<>();

  /** Wanted counts of this node's topics; a 0 stays until the cache has no entry either. */
  private final Map<Integer, Integer> own = new ConcurrentHashMap<>();

  /** Topics that may have an entry in another node's copy and none in this node's. */
  private final Set<Integer> stray = ConcurrentHashMap.newKeySet();

  /**
   * @param nodes finds another live node by its id, or null
   */
  InterestTable(
      Cache<Long, Integer> cache,
      int self,
      CacheWrites writes,
      Cluster.Listener listener,
      IntFunction<RemoteNode> nodes,
      Object lock) {
    super(cache, KeyForm.LONG, new KeyWrites<>(writes), lock);
    this.self = self;
    this.listener = listener;
    this.nodes = nodes;
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
    own.put(tid, subscribers);
    return write(tid);
  }

  private CompletionStage<Void> write(int tid) {
    long key = key(self, tid);
    return writes.latest(key, Kind.STATE, () -> writeCount(key, tid));
  }

  /** Writes the count of now. */
  private CompletionStage<Void> writeCount(long key, int tid) {
    int count = own.getOrDefault(tid, 0);
    boolean everywhere = stray.remove(tid);
    CompletionStage<Void> written = everywhere && count == 0 ? putAndRemove(key) : put(key, count);
    return written.whenComplete(
        (done, failure) -> {
          if (failure != null && everywhere) {
            stray.add(tid);
          } else if (failure == null && count == 0) {
            own.remove(tid, 0);
          }
        });
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

  @Override
  boolean isCurrent(Long key, Object stored) {
    return stored.equals(counts.get(key));
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

  /**
   * Called while {@code nodes} still finds the node.
   *
   * @param count that its interest has from now on
   * @return the topics that it is interested in
   */
  List<Integer> nodeLeft(int node, int count) {
    synchronized (lock) {
      List<Long> all = counts.keySet().stream().filter(key -> node(key) == node).toList();
      all.forEach(key -> tell(key, count));
      return all.stream().map(InterestTable::tid).toList();
    }
  }

  @Override
  public Set<Long> known() {
    return counts.keySet();
  }

  // ---- after merges and deaths

  @Override
  void assertOwn() {
    own.forEach(
        (tid, count) -> {
          long key = key(self, tid);
          if (!writes.isBusy(key) && !counts.getOrDefault(key, 0).equals(count)) {
            write(tid);
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
        .forEach(key -> writes.latest(key, Kind.STATE, () -> removeUnlessBack(key, members)));
  }

  private CompletionStage<Void> removeUnlessBack(long key, Members members) {
    return members.isLive(node(key)) ? CompletableFuture.completedStage(null) : putAndRemove(key);
  }

  @Override
  Map<Long, Long> own() {
    return own.entrySet().stream()
        .filter(each -> each.getValue() > 0)
        .collect(
            Collectors.toMap(each -> key(self, each.getKey()), each -> (long) each.getValue()));
  }

  @Override
  Map<Long, Long> heldFor(int node) {
    return counts.entrySet().stream()
        .filter(each -> node(each.getKey()) == node)
        .collect(Collectors.toMap(Map.Entry::getKey, each -> (long) each.getValue()));
  }

  @Override
  void assertAgain(Long key) {
    if (own.containsKey(tid(key))) {
      write(tid(key));
    }
  }

  /** Decided where clients' interest is announced: one that comes now is written after it. */
  @Override
  void withdraw(Long key) {
    int tid = tid(key);
    if (own.putIfAbsent(tid, 0) == null) {
      stray.add(tid);
      write(tid);
    }
  }
}
