package org.smqcluster.broker;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Orphan;

/**
 * A parked session with where it comes from and the time that it ends: one that this node offers to
 * whatever node the client comes to, one that comes to this node from another, or one whose client
 * is back. Thread-safe.
 */
final class ParkingPlace {

  /** For a node that said that it takes a session over, to do so. */
  private static final long CLAIM_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** For a session that comes from another node; authentication and registration may take 30 s. */
  private static final long COMING_NANOS = TimeUnit.SECONDS.toNanos(40);

  /** For the old connection to be closed, once its client comes back. */
  private static final long CLOSE_MILLIS = 2_000;

  final ParkedSession session;

  /** Completes when the old connection is closed and what it did not write is held. */
  final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Entry of the parked client, on the node that parked it or on the one that takes it over. */
  final ClientEntry entry;

  /** Completes when all nodes know that the client is parked; fails if it was taken over before. */
  final CompletableFuture<ClientEntry> known;

  /** Whether the client's connection broke, and was not ended by this node. */
  final boolean isBroken;

  /** Whether another node has what came first. */
  final boolean isFromElsewhere;

  /** The client, if the node that it was connected to has died. */
  final Optional<Orphan> orphan;

  // guarded by this

  /** Completes when the session is sealed; empty while no node takes its messages. */
  private Optional<CompletableFuture<Void>> sealing = Optional.empty();

  /** The name of the node that takes the session over. */
  private Optional<String> claimer = Optional.empty();

  private long claimEnds;
  private boolean takenOver;
  private long ends;
  private ClientSession back;
  private MemoryBudget.ClientMemory memory;

  private ParkingPlace(
      ParkedSession session,
      ClientEntry entry,
      CompletableFuture<ClientEntry> known,
      boolean isBroken,
      boolean isFromElsewhere,
      Optional<Orphan> orphan,
      long ends) {
    this.orphan = orphan;
    this.session = session;
    this.entry = entry;
    this.known = known;
    this.isBroken = isBroken;
    this.isFromElsewhere = isFromElsewhere;
    this.ends = ends;
  }

  /** A session that this node parks because its client's connection broke, until a time. */
  static ParkingPlace broken(
      ParkedSession session, ClientEntry parked, CompletableFuture<ClientEntry> known, long ends) {
    return new ParkingPlace(session, parked, known, true, false, Optional.empty(), ends);
  }

  /** A session that this node parks, until a time; all nodes know. */
  static ParkingPlace offered(ParkedSession session, ClientEntry parked, long ends) {
    return new ParkingPlace(session, parked, known(parked), false, false, Optional.empty(), ends);
  }

  /** A session that another node has parked, or had when it died. */
  static ParkingPlace coming(
      ParkedSession session, ClientEntry parked, Optional<Orphan> orphan, long now) {
    return new ParkingPlace(
        session, parked, known(parked), false, true, orphan, now + COMING_NANOS);
  }

  private static CompletableFuture<ClientEntry> known(ClientEntry parked) {
    return CompletableFuture.completedFuture(parked);
  }

  /** What the client made this node keep stays charged to its address until {@link #free}. */
  synchronized void keeps(MemoryBudget.ClientMemory charged) {
    memory = charged;
  }

  /** The place is given up. */
  synchronized void free() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }

  /** Bytes that the session takes beside its messages and what is charged; an estimate. */
  synchronized long keptBytes() {
    return memory != null
        ? 0
        : MemoryCost.PARKED + (long) session.subscriptionCount() * MemoryCost.SUBSCRIPTION;
  }

  int etid() {
    return entry.etid();
  }

  /** Whether the client is on its way to this node, and the session with it. */
  synchronized boolean isComing() {
    return isFromElsewhere && back == null;
  }

  /** Whether the session is parked on this node for others to take. */
  synchronized boolean isOffered() {
    return !isFromElsewhere && back == null;
  }

  boolean isOffered(long connection) {
    return isOffered() && entry.connection() == connection;
  }

  /** A node takes the session over, this one or another; false if one does already. */
  synchronized boolean claim(String node, long now) {
    if (claimer.isPresent() && now - claimEnds < 0) {
      return false;
    }
    claimer = Optional.of(node);
    claimEnds = now + CLAIM_NANOS;
    if (ends - claimEnds < 0) {
      ends = claimEnds;
    }
    return true;
  }

  /** Another connection has the UID; false if it has not claimed the session. */
  synchronized boolean takenOver(long now) {
    takenOver = true;
    ends = now + CLAIM_NANOS;
    return claimer.isPresent();
  }

  /** A node has died: what it was about to take over is free, and held again. */
  void release(String node) {
    releaseIf(node::equals);
  }

  /**
   * The same where its claim came after the news of its death: only these other nodes are there.
   */
  void releaseUnlessOf(Set<String> others) {
    releaseIf(node -> !node.equals(entry.node()) && !others.contains(node));
  }

  private synchronized void releaseIf(Predicate<String> isGone) {
    if (!takenOver && claimer.filter(isGone).isPresent()) {
      claimer = Optional.empty();
      sealing = Optional.empty();
      session.unseal();
    }
  }

  synchronized boolean isTakenOver() {
    return takenOver;
  }

  /** The client has its Connack; what it does not subscribe to until then is forgotten. */
  synchronized void resumed(ClientSession client, long until) {
    back = client;
    ends = until;
  }

  /** The session of the client's new connection; null before it is there. */
  synchronized ClientSession back() {
    return back;
  }

  synchronized boolean isOver(long now) {
    return now - ends >= 0;
  }

  /** Completes when {@link #closed} does, or after two seconds. */
  CompletionStage<Void> closedInTime() {
    return closed.copy().completeOnTimeout(null, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Seals the session, once.
   *
   * @param received completes when all that the taking node does not receive itself is held
   * @return completes when it is sealed; fails if the node that takes the session over dies before,
   *     and then nothing may be taken out for it
   */
  CompletionStage<Void> seal(Supplier<CompletionStage<Void>> received) {
    CompletableFuture<Void> sealed = new CompletableFuture<>();
    synchronized (this) {
      if (sealing.isPresent()) {
        return sealing.get();
      }
      sealing = Optional.of(sealed);
    }
    received
        .get()
        .whenComplete(
            (done, failure) -> {
              if (sealNow(sealed)) {
                sealed.complete(null);
              } else {
                sealed.completeExceptionally(
                    new IllegalStateException("the node that was to take it over has died"));
              }
            });
    return sealed;
  }

  /** False if {@link #release} came first. */
  private synchronized boolean sealNow(CompletableFuture<Void> sealed) {
    boolean isCurrent = sealing.filter(sealed::equals).isPresent();
    if (isCurrent) {
      session.seal();
    }
    return isCurrent;
  }
}
