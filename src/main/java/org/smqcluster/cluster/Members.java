package org.smqcluster.cluster;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.infinispan.Cache;
import org.infinispan.context.Flag;
import org.jgroups.Address;
import org.jgroups.View;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.cluster.NodeCodec.Held;

/**
 * The nodes that are there: those with an entry in the nodes cache whose address is in the JGroups
 * view. A node leaves with the view, at once, whatever the caches still say of it.
 */
final class Members extends CacheTable<Integer, byte[]> {

  private static final Logger LOG = System.getLogger(Members.class.getName());

  private static final Duration SAME_NAME_WAIT = Duration.ofSeconds(30);
  private static final Duration ALL_KNOWN_WAIT = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 20;

  private final int self;
  private final Address address;
  private final Map<Integer, Held> entries = new ConcurrentHashMap<>();
  private final Map<Integer, Held> live = new ConcurrentHashMap<>();
  private final List<NodeWatcher> watchers = new CopyOnWriteArrayList<>();
  private volatile View view;
  private volatile NodeInfo info;
  private volatile int format;

  /**
   * @param info this node
   * @param address its address on the JGroups channel
   */
  Members(
      Cache<Integer, byte[]> cache,
      NodeInfo info,
      Address address,
      CacheWrites writes,
      Object lock) {
    super(cache, KeyForm.INT, new KeyWrites<>(writes), lock);
    this.self = info.id();
    this.address = address;
    this.info = info;
    this.format = info.format();
  }

  // ---- the start

  /** A node that was killed and starts again may still be in the view, for a moment. */
  void awaitOwnName() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + SAME_NAME_WAIT.toNanos();
    while (all().stream().anyMatch(node -> node.name().equals(info.name()))) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "a node named "
                + info.name()
                + " is there already; give this one another smq.node.name");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Where nodes that started apart are just brought together, their entries take a moment. */
  void awaitAllKnown() throws InterruptedException {
    long deadline = System.nanoTime() + ALL_KNOWN_WAIT.toNanos();
    while (!isComplete()) {
      if (System.nanoTime() > deadline) {
        LOG.log(
            Level.WARNING,
            "Some members of {0} have not sent their name and version; this node starts without them. See their logs.",
            view);
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  // ---- this node

  /** The id of this node's life. */
  int self() {
    return self;
  }

  NodeInfo info() {
    return info;
  }

  /** Changes this node's entry; completes when all nodes know. */
  CompletionStage<Void> update(UnaryOperator<NodeInfo> change) {
    synchronized (lock) {
      info = change.apply(info);
    }
    return writes.latest(
        self,
        Kind.STATE,
        () ->
            cache
                .withFlags(Flag.IGNORE_RETURN_VALUES)
                .putAsync(self, NodeCodec.encode(info, address))
                .thenApply(old -> null));
  }

  // ---- the others

  /** Adds a watcher and tells it the nodes of now, this one excepted. */
  void watch(NodeWatcher watcher) {
    synchronized (lock) {
      watchers.add(watcher);
      live.values().stream()
          .filter(held -> held.info().id() != self)
          .forEach(held -> watcher.joined(held.info()));
    }
  }

  void view(View changed) {
    synchronized (lock) {
      if (view == null || view.getViewId().compareToIDs(changed.getViewId()) < 0) {
        view = changed;
        entries.values().forEach(this::settle);
      }
    }
  }

  @Override
  void apply(Integer id, byte[] value) {
    Held held = value == null ? null : NodeCodec.decode(value);
    Held old = held == null ? entries.remove(id) : entries.put(id, held);
    if (held != null) {
      settle(held);
    } else if (old != null && live.remove(id, old)) {
      left(old);
    }
  }

  private void settle(Held held) {
    int id = held.info().id();
    if (view == null || !view.containsMember(held.address())) {
      if (live.remove(id) != null) {
        left(held);
      }
      return;
    }
    Held before = live.put(id, held);
    formatMayDiffer();
    if (id == self) {
      return;
    } else if (before == null) {
      if (held.info().name().equals(info.name())) {
        LOG.log(
            Level.WARNING,
            "Two nodes are named {0}, the other at {1}: stop one, and set its smq.node.name",
            info.name(),
            held.info().httpUrl());
      }
      warnOfFormat(held.info());
      tell(watcher -> watcher.joined(held.info()));
    } else if (before.info().state() != held.info().state()) {
      tell(watcher -> watcher.changed(held.info()));
    }
  }

  private void left(Held held) {
    formatMayDiffer();
    if (held.info().id() != self) {
      tell(watcher -> watcher.left(held.info()));
    }
  }

  /** Asked for at each connect, and different only when a node comes or goes. */
  private void formatMayDiffer() {
    format =
        live.values().stream().mapToInt(held -> held.info().format()).min().orElse(info.format());
  }

  /** A node with another format does not join by itself, but a merge after a split asks no node. */
  private void warnOfFormat(NodeInfo node) {
    try {
      FormatVersion.check(info, node);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "Two nodes of the cluster have incompatible formats, stop one: {0}",
          e.getMessage());
    }
  }

  private void tell(Consumer<NodeWatcher> event) {
    InternalErrors.forEach("the news of a node", watchers, event);
  }

  /** Whether this life of a node is there; this node always is. */
  boolean isLive(int id) {
    return id == self || live.containsKey(id);
  }

  /** The node of this name that is there, this one too; null if there is none. */
  Held named(String name) {
    return live.values().stream()
        .filter(held -> held.info().name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The JGroups address of a node that is there. */
  Address addressOf(int id) {
    return live.get(id).address();
  }

  Collection<NodeInfo> all() {
    return live.values().stream().map(Held::info).toList();
  }

  /** The lowest format version of all members: what needs a later one has to wait. */
  int format() {
    return format;
  }

  /**
   * Whether every member of the view has its entry: then entries of other nodes belong to none that
   * is there.
   */
  boolean isComplete() {
    View now = view;
    return now != null && live.size() == now.size();
  }

  /** Whether this node is the one that cleans up first. */
  boolean isCoordinator() {
    View now = view;
    return now != null && address.equals(now.getCoord());
  }

  void removeGhosts() {
    entries.keySet().stream()
        .filter(id -> !isLive(id))
        .forEach(id -> writes.latest(id, Kind.GHOST, () -> removeUnlessBack(id)));
  }

  /** Asked at each attempt: while one waited for a node that hangs, this one may have come back. */
  private CompletionStage<?> removeUnlessBack(int id) {
    return isLive(id) ? CompletableFuture.completedStage(null) : cache.removeAsync(id);
  }

  // ---- after merges

  @Override
  public Set<Integer> known() {
    return entries.keySet();
  }

  @Override
  void assertOwn() {
    if (!entries.containsKey(self)) {
      assertAgain(self);
    }
  }

  @Override
  Map<Integer, Long> own() {
    return Map.of(self, (long) WireNumbers.NODE_STATE.of(info.state()));
  }

  @Override
  Map<Integer, Long> heldFor(int node) {
    Held held = entries.get(node);
    return held == null
        ? Map.of()
        : Map.of(node, (long) WireNumbers.NODE_STATE.of(held.info().state()));
  }

  @Override
  void assertAgain(Integer key) {
    update(UnaryOperator.identity());
  }
}
