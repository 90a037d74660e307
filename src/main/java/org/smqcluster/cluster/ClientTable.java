package org.smqcluster.cluster;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.infinispan.Cache;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.cluster.ClientCodec.Held;
import org.smqcluster.protocol.Ids;

/**
 * The clients of all nodes: one cache entry a UID, written by the node that the client is connected
 * to. The index finds a client's node by ETID without touching the cache.
 */
final class ClientTable extends CacheTable<String, byte[]> {

  private static final int NO_NODE = 0;

  private final Members members;
  private final Cluster.Listener listener;
  private final ClientIndex index;
  private final OwnClients own;

  ClientTable(
      Cache<String, byte[]> cache,
      Members members,
      CacheWrites writes,
      Cluster.Listener listener,
      Object lock) {
    super(cache, KeyForm.TEXT, new KeyWrites<>(writes), lock);
    this.members = members;
    this.listener = listener;
    this.index = new ClientIndex(node -> members.isLive(node));
    this.own =
        new OwnClients(
            this.cache,
            index,
            this::refresh,
            members,
            this.writes,
            writes::execute,
            listener,
            lock);
  }

  ClientIndex index() {
    return index;
  }

  OwnClients registered() {
    return own;
  }

  // ---- clients of nodes that died

  /** Whether the entry of the client with this UID has what other nodes need of its session. */
  boolean isDescribed(String uid) {
    Held held = index.heldByUid(ClientCodec.toCache(uid));
    return held != null && held.session().length > 0;
  }

  /** The client with this UID whose node has died, or is out of the view already. */
  Optional<Orphan> orphan(String uid) {
    String key = ClientCodec.toCache(uid);
    return Optional.ofNullable(index.orphans().get(key))
        .or(
            () ->
                Optional.ofNullable(index.heldByUid(key))
                    .filter(held -> !members.isLive(held.node()) && held.session().length > 0))
        .map(Held::orphan);
  }

  /** The clients of nodes that died that have not come yet, a copy. */
  List<ClientEntry> orphans() {
    return index.orphans().values().stream().map(Held::entry).toList();
  }

  /** How many clients of a node that died have not come yet. */
  int orphans(int node) {
    return (int) index.orphans().values().stream().filter(held -> held.node() == node).count();
  }

  /** Keeps what is known of a node's clients; returns of how many. */
  int nodeDies(int node) {
    int[] count = {0};
    eachOf(
        node, held -> count[0] += index.addOrphan(ClientCodec.toCache(held.uid()), held) ? 1 : 0);
    return count[0];
  }

  /** The clients of a node that died did not come. */
  void forget(int node) {
    synchronized (lock) {
      index.forgetOrphans(node);
    }
  }

  // ---- the index

  @Override
  void apply(String key, byte[] value) {
    Held old = index.heldByUid(key);
    if (old == null ? value == null : Arrays.equals(old.value(), value)) {
      return;
    }
    // decoded first: an entry that this node cannot read must change nothing
    Held now = value == null ? null : ClientCodec.decode(ClientCodec.fromCache(key), value);
    index.replace(key, old, now);
    if (now != null && members.isLive(now.node())) {
      index.removeOrphan(key);
    }
    own.changed(key, now);
    if (old != null && !old.sameConnection(now)) {
      hide(old, now);
    }
  }

  @Override
  boolean isCurrent(String key, Object stored) {
    return index.isCurrent(key, stored);
  }

  private void hide(Held old, Held now) {
    if (index.hide(old, now)) {
      listener.clientGone(old.etid());
    }
  }

  void nodeJoined(int node) {
    forget(node);
    eachOf(node, index::show);
  }

  void nodeLeft(int node) {
    eachOf(node, gone -> hide(gone, null));
  }

  /** Each under the lock by itself: clients that connect meanwhile need the lock, too. */
  private void eachOf(int node, Consumer<Held> change) {
    index
        .all()
        .forEach(
            (key, held) -> {
              if (held.node() == node) {
                synchronized (lock) {
                  if (index.heldByUid(key) == held) {
                    change.accept(held);
                  }
                }
              }
            });
  }

  @Override
  public Set<String> known() {
    return index.all().keySet();
  }

  // ---- after merges and deaths

  @Override
  void assertOwn() {
    own.assertAll();
    index.all().forEach(own::removeIfGhost);
  }

  /**
   * Removes the entries of nodes that are gone.
   *
   * @param thoroughly also where only this node's copy still has them
   */
  void removeGhosts(boolean thoroughly) {
    index
        .all()
        .forEach(
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
    return connections(index.of(node));
  }

  @Override
  Digest digest(int node) {
    return index.digest(node);
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

  /**
   * A conditional removal does not reach the copy of another node where the key's first owner has
   * no entry; so one is put there, of no node.
   */
  @Override
  void withdraw(String key) {
    ClientEntry none =
        new ClientEntry(ClientCodec.fromCache(key), Ids.NONE, "", 0, 0, "", Transport.RAW, "");
    byte[] mark = ClientCodec.encode(none, NO_NODE).value();
    writes.latest(
        key,
        Kind.WITHDRAW,
        () ->
            cache
                .putIfAbsentAsync(key, mark)
                .thenCompose(other -> removeStray(key, other == null ? mark : other)));
  }

  private CompletionStage<Boolean> removeStray(String key, byte[] found) {
    Held held = ClientCodec.decode(ClientCodec.fromCache(key), found);
    return !members.isLive(held.node()) || held.node() == members.self() && own.isGhost(key, held)
        ? cache.removeAsync(key, found)
        : CompletableFuture.completedStage(false);
  }
}
