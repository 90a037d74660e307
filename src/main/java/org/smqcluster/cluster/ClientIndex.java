package org.smqcluster.cluster;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.cluster.ClientCodec.Held;
import org.smqcluster.protocol.Ids;

/**
 * This node's index of the cache of clients: all by UID, those of live nodes by ETID, too. Changed
 * under the lock of {@link ClientTable}; reading takes no lock.
 */
final class ClientIndex {

  /** Heap bytes of an entry, without its texts. */
  private static final int ENTRY_BYTES = 300;

  private final IntPredicate isLive;

  /** Content of the cache by UID, also clients of dead nodes. */
  private final Map<String, Held> byUid = new ConcurrentHashMap<>();

  /** Connected clients of live nodes, by ETID. */
  private final Map<Integer, Held> byEtid = new ConcurrentHashMap<>();

  /** Parked clients of live nodes, by ETID. */
  private final Map<Integer, Held> parked = new ConcurrentHashMap<>();

  /** Clients of nodes that died, by UID, until they connect again or are forgotten. */
  private final Map<String, Held> orphans = new ConcurrentHashMap<>();

  private final Map<Integer, Held> orphansByEtid = new ConcurrentHashMap<>();

  /** Digests of each node's entries, also of dead nodes. */
  private final Map<Integer, Digest> digests = new ConcurrentHashMap<>();

  private volatile long bytes;

  /**
   * @param isLive whether a node is there
   */
  ClientIndex(IntPredicate isLive) {
    this.isLive = isLive;
  }

  // ---- changes

  /** The cache has another value under a key; null for none. */
  void replace(String key, Held old, Held now) {
    count(key, old, now);
    if (now == null) {
      byUid.remove(key);
    } else {
      byUid.put(key, now);
      show(now);
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

  /** The cache keeps key and value; the index keeps the texts in them a second time. */
  private static int bytes(String key, byte[] value) {
    return ENTRY_BYTES + 2 * (key.length() + value.length);
  }

  /** Lets a client be found by its ETID if its node is live. */
  void show(Held held) {
    if (isLive.test(held.node())) {
      (held.isParked() ? parked : byEtid).put(held.etid(), held);
    }
  }

  /**
   * Removes a client from the index of ETIDs.
   *
   * @param now what has its place; null for nothing
   * @return whether it was connected: then its observers have to be told
   */
  boolean hide(Held old, Held now) {
    int etid = old.etid();
    if (old.isParked()) {
      // gone since it was parked
      parked.remove(etid, old);
      return false;
    }
    boolean shown = byEtid.remove(etid, old);
    boolean replaced = now != null && byEtid.get(etid) == now;
    return shown || replaced;
  }

  // ---- clients of nodes that died

  /** Keeps a client of a node that dies; false if nothing is known of its session. */
  boolean addOrphan(String key, Held held) {
    if (held.session().length == 0) {
      return false;
    }
    orphans.put(key, held);
    orphansByEtid.put(held.etid(), held);
    return true;
  }

  /** A client is connected, or its UID is another's. */
  void removeOrphan(String key) {
    Held held = orphans.remove(key);
    if (held != null) {
      orphansByEtid.remove(held.etid(), held);
    }
  }

  /** The clients of this life of a node are back with it, or did not come. */
  void forgetOrphans(int node) {
    orphans.values().removeIf(held -> held.node() == node);
    orphansByEtid.values().removeIf(held -> held.node() == node);
  }

  /** Those that have not come yet, by UID in its form as a key; a live view. */
  Map<String, Held> orphans() {
    return orphans;
  }

  // ---- what a connection becomes

  /**
   * The entry of a connection that takes a UID: with the ETID of the client that is there, if its
   * node is live; else with its own, or another one where that is taken.
   *
   * @param old what the UID has; null for nothing
   */
  ClientEntry entryAfter(Held old, ClientEntry candidate) {
    if (old != null
        && isLive.test(old.node())
        && old.connection() != candidate.connection()
        && (!old.isParked() || old.etid() == candidate.etid())) {
      // clocks of nodes differ; the order of a UID's connections must not
      return candidate.with(old.etid(), Math.max(candidate.connectedAt(), old.connectedAt() + 1));
    }
    int etid = candidate.etid();
    while (isTaken(etid)) {
      etid = Ids.etid(ThreadLocalRandom.current().nextInt());
    }
    return candidate.withEtid(etid);
  }

  /** Clients of a node that died are hidden one after the other, and may be on their way here. */
  private boolean isTaken(int etid) {
    Held held = heldByEtid(etid);
    return held != null && isLive.test(held.node());
  }

  /** Whether two nodes gave out the same ETID at the same moment, and this one must give way. */
  boolean hasToGiveWay(Held mine) {
    Held other = heldByEtid(mine.etid());
    return other != null
        && !other.uid().equals(mine.uid())
        && other.uid().compareTo(mine.uid()) < 0;
  }

  // ---- what it holds

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

  /** All entries, by UID in its form as a key; a live view. */
  Map<String, Held> all() {
    return byUid;
  }

  boolean isCurrent(String key, Object stored) {
    Held held = byUid.get(key);
    return held != null && Arrays.equals(held.value(), CacheSettings.bytes(stored));
  }

  /** The entries of a node, a copy. */
  Map<String, Held> of(int node) {
    return byUid.entrySet().stream()
        .filter(each -> each.getValue().node() == node)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  Digest digest(int node) {
    return digests.getOrDefault(node, Digest.NONE);
  }

  /** The client with this UID, connected or parked, if its node is live. */
  Optional<ClientEntry> byUid(String uid) {
    return Optional.ofNullable(byUid.get(ClientCodec.toCache(uid)))
        .filter(client -> isLive.test(client.node()))
        .map(Held::entry);
  }

  /** The connected client with this ETID. */
  Optional<ClientEntry> byEtid(int etid) {
    return Optional.ofNullable(byEtid.get(etid)).map(Held::entry);
  }

  boolean isParked(int etid) {
    return !byEtid.containsKey(etid)
        && (parked.containsKey(etid) || orphansByEtid.containsKey(etid));
  }

  /** The id of the node that a client is, or was last, connected to; 0 if there is none. */
  int nodeOf(int etid) {
    Held live = heldByEtid(etid);
    Held held = live == null ? orphansByEtid.get(etid) : live;
    return held == null ? 0 : held.node();
  }

  /** All clients of live nodes, connected and parked. */
  Collection<ClientEntry> entries() {
    return Stream.concat(byEtid.values().stream(), parked.values().stream())
        .map(Held::entry)
        .toList();
  }

  /** How many clients are connected to live nodes. */
  int connected() {
    return byEtid.size();
  }

  /** What the clients of all nodes take of the heap here, in bytes, an estimate. */
  long bytes() {
    return bytes;
  }
}
