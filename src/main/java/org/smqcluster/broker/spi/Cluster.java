package org.smqcluster.broker.spi;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.protocol.EncodedPacket;

/**
 * What the broker of one node asks of the nodes together. One instance serves one broker; brokers
 * of other names share nothing with it. No method blocks; stages may complete on any thread, and
 * fail only when the cluster is shut down or does not answer in time.
 */
public interface Cluster {

  /** Added to a count of subscribers: the node has parked ones as well, which do not count. */
  int PARKED = 1 << 30;

  /**
   * The id of a name, the same on all nodes and for the cluster's life, created where it does not
   * exist yet. Completes when all nodes know it.
   */
  CompletionStage<Integer> resolve(NameSpace space, String name);

  /**
   * Tells all nodes how many subscribers a topic has here, with {@link #PARKED} if there are parked
   * ones; 0 withdraws the interest. The calls for one topic are made in the order of the changes;
   * several may be told as one, the last.
   *
   * @return completes when all nodes know this count or a later one
   */
  default CompletionStage<Void> announceInterest(int tid, int subscribers) {
    return CompletableFuture.completedStage(null);
  }

  /**
   * Makes a client known to all nodes. If its UID is in use, anywhere, it takes over that ETID: the
   * owner's {@link Listener#takenOver} and every node's {@link Listener#clientGone} are called. The
   * caller holds no lock: they may be called, and the stage be complete, before this returns.
   *
   * @param candidate the client; its ETID is used unless one is inherited or it is in use
   * @param user that the client has authenticated as; told as {@link #describe} does, without
   *     subscriptions
   * @return completes when all nodes know the entry, with the entry as it is
   */
  CompletionStage<ClientEntry> register(ClientEntry candidate, Optional<String> user);

  /** Takes a client of this node back, unless another connection has taken its UID over. */
  void unregister(ClientEntry entry);

  /** Whether all nodes know parked clients. */
  default boolean knowsParked() {
    return false;
  }

  /** Whether there is another node that can take parked clients over. */
  default boolean canPark() {
    return false;
  }

  /**
   * Tells all nodes that a client of this node is parked: gone for observers, while messages to its
   * ETID come here.
   *
   * @return completes when all nodes know, with the entry that {@link #unregister} takes back
   */
  default CompletionStage<ClientEntry> park(ClientEntry entry) {
    return CompletableFuture.failedStage(new IllegalStateException("no other node"));
  }

  /** The client with this UID, connected or parked, of any node that is there. */
  default Optional<ClientEntry> client(String uid) {
    return Optional.empty();
  }

  /** Whether the client with this ETID is parked, on any node. */
  default boolean isParked(int etid) {
    return false;
  }

  /**
   * Tells all nodes, soon, what they need to go on with the session of a client of this node if
   * this node dies. Only while all nodes {@linkplain #knowsParked know parked clients}.
   *
   * @param tids of its subscriptions
   * @return completes when all nodes know this, or what was told later
   */
  default CompletionStage<Void> describe(ClientEntry entry, Optional<String> user, int[] tids) {
    return CompletableFuture.completedStage(null);
  }

  /**
   * Whether all nodes know what they need to go on with the session of the client with this UID.
   */
  default boolean isDescribed(String uid) {
    return false;
  }

  /** The client with this UID whose node has died, unless it is connected or forgotten. */
  default Optional<Orphan> orphan(String uid) {
    return Optional.empty();
  }

  /** How many clients of this life of a node that died may still come. */
  default int orphans(int node) {
    return 0;
  }

  /** Whether this life of another node is there, as far as this one knows. */
  default boolean isThere(int node) {
    return false;
  }

  /**
   * Takes what is kept here for a node that died and was not taken yet: what it was not sent
   * before, and what was sent to it since, in order. One thread at a time.
   *
   * @return empty until nothing more is sent to it
   */
  default Optional<List<EncodedPacket>> takeKept(int node) {
    return Optional.empty();
  }

  /** Forgets what is kept for a node that died, and its clients. */
  default void forget(int node) {}

  /** Asks the same broker of another node; its {@link Listener#asked} answers. */
  default CompletionStage<byte[]> ask(String node, byte[] question) {
    return CompletableFuture.failedStage(new IllegalStateException("no other node"));
  }

  /**
   * Completes when the other nodes have received what this one has sent up to now, and this one
   * what they have sent up to then and in publishes that had begun; or some seconds later.
   */
  default CompletionStage<Void> received() {
    return CompletableFuture.completedStage(null);
  }

  /** Bytes of the heap that the clients and the interest of all nodes take here, an estimate. */
  default long keptBytes() {
    return 0;
  }

  /** The other node that a client is connected to or parked on; empty if it is here or nowhere. */
  default Optional<RemoteNode> ownerOf(int etid) {
    return Optional.empty();
  }

  /** The other nodes that are there now. */
  default Collection<? extends RemoteNode> nodes() {
    return List.of();
  }

  /**
   * What the cluster tells the broker. Called on the cluster's threads, which must not be blocked;
   * the calls for one topic, client or node come in order.
   */
  interface Listener {

    /** A name has this id, here and everywhere. Told for every name, old ones at the start. */
    void named(NameSpace space, int id, String name);

    /**
     * Two nodes that were cut off from each other gave one id to two names; it belongs to the other
     * name now. Clients that use it under this name must resolve again.
     */
    void nameLost(NameSpace space, int id, String name);

    /**
     * Another node has this many subscribers of a topic, and {@link #PARKED} added if it has parked
     * ones; 0 when it has none or is gone.
     */
    void interest(RemoteNode node, int tid, int subscribers);

    /** The client with this ETID has gone, or its UID was taken over; told on every node. */
    void clientGone(int etid);

    /** A client of this node lost its UID to a later connection. */
    void takenOver(ClientEntry lost);

    /** Whether messages for a node that dies are kept for its clients. */
    default boolean keepsForDead() {
      return false;
    }

    /**
     * A node has died: messages for its clients are kept, bounded, until {@link Cluster#forget}.
     *
     * @param node the id of its life
     * @param clients how many of them can go on with their sessions elsewhere
     */
    default void died(String name, int node, int clients) {}

    /** A question of the same broker on another node. */
    default CompletionStage<byte[]> asked(byte[] question) {
      return CompletableFuture.failedStage(new IllegalStateException("nothing is answered"));
    }

    /** Completes when the publishes that have begun on this node by now have ended. */
    default CompletionStage<Void> settled() {
      return CompletableFuture.completedStage(null);
    }

    /** A message from another node for receivers of this one; it is never forwarded again. */
    void deliver(EncodedPacket publish);
  }
}
