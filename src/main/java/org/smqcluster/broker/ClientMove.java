package org.smqcluster.broker;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.protocol.Packet;

/**
 * One client's move from connection to connection: what it finds parked when it comes, and how it
 * is parked itself when its node lets it go. Thread-safe.
 */
final class ClientMove {

  private final ClientSession session;
  private final SessionRegistry sessions;
  private final Cluster cluster;
  private final Parking parking;
  private final AtomicBoolean leaving = new AtomicBoolean();
  private final AtomicBoolean entryChanges = new AtomicBoolean();

  /** The parked client's entry, once all nodes know; never completes if it is not parked. */
  private final CompletableFuture<ClientEntry> known = new CompletableFuture<>();

  /** What was parked for the client and is not its own again; null if there is nothing. */
  private volatile ParkingPlace before;

  /** Guarded by this. */
  private boolean hasEnded;

  /** Another connection of the client waits for its session. */
  private volatile boolean isWanted;

  /** Where the client is parked; null before it ends, and if it is not. */
  private volatile ParkingPlace parked;

  /** Where messages for the client go. */
  private volatile Receiver receiver;

  /**
   * The entry that the client is parked with, once all nodes know; null until then. Changed under
   * the session's lock, and not after its end.
   */
  private volatile ClientEntry parkedAs;

  ClientMove(ClientSession session, SessionRegistry sessions, Cluster cluster, Parking parking) {
    this.session = session;
    this.receiver = session.output();
    this.sessions = sessions;
    this.cluster = cluster;
    this.parking = parking;
  }

  Receiver receiver() {
    return receiver;
  }

  // ---- the client comes

  /** The client has its Connack, and what was parked for it is here. */
  void resume(ParkingPlace place) {
    before = place;
    session.topics().resume(place.session);
    receiver = place.session;
    parking.resumed(place, session);
    place.session.answered(place.etid(), session.output());
  }

  /** The client has sent a Pong, and the answers to what it asked before are on their way. */
  void answeredPing() {
    ParkingPlace place = before;
    if (place != null) {
      place.session.answeredPing(session.output());
    }
  }

  /**
   * Nothing is held for the client now: messages go to it directly.
   *
   * @return false if the client is leaving again, and what was parked is parked again
   */
  synchronized boolean bypass() {
    ParkingPlace place = before;
    if (hasEnded) {
      return false;
    } else if (place != null) {
      session.topics().resume(null);
      place.session.bypass();
      receiver = session.output();
      before = null;
    }
    return true;
  }

  /** From now on what comes is held, and nothing more goes to the connection. */
  private synchronized void stopBypass() {
    hasEnded = true;
  }

  /** The client has been sent an answer: what was held of a topic follows its Suback. */
  void answered(Packet packet) {
    ParkingPlace place = before;
    if (place != null && packet instanceof Packet.Suback suback && suback.accepted()) {
      place.session.answered(suback.tid(), session.output());
    }
  }

  // ---- the client goes

  boolean isLeaving() {
    return leaving.get();
  }

  /** Whether the client is let go with its session, so that what it still publishes counts. */
  boolean isParking() {
    return parkedAs != null;
  }

  /** Lets the client go to another node, parked if there is a node that can take it. */
  void letGo() {
    if (!leaving.compareAndSet(false, true)) {
      return;
    }
    Optional<ClientEntry> entry = session.entry();
    if (entry.isEmpty() || !parking.isOn()) {
      session.disconnect(CloseReason.DRAINING);
      return;
    }
    // before the connection ends: its client may be faster at another node than the news of it
    park(entry.get()).whenComplete((as, failure) -> leave(as));
  }

  /** Parks the client's entry, once; completes when all nodes know. */
  private CompletableFuture<ClientEntry> park(ClientEntry entry) {
    if (entryChanges.compareAndSet(false, true)) {
      cluster
          .park(entry)
          .whenComplete(
              (as, failure) -> {
                if (failure == null) {
                  known.complete(as);
                } else {
                  known.completeExceptionally(failure);
                }
              });
    }
    return known;
  }

  /** Ends the connection; {@code as} is null if the client cannot be parked. */
  private void leave(ClientEntry as) {
    synchronized (session) {
      if (session.isClosed()) {
        return;
      }
      parkedAs = as;
    }
    session.disconnect(CloseReason.DRAINING);
  }

  /** Another connection of the client asks for its session: this one ends, and is parked. */
  void giveWay() {
    isWanted = true;
    session.disconnect(CloseReason.TAKEN_OVER, "reconnect");
  }

  /**
   * Parks the client whole before its connection closes, so that it finds all of it, however fast
   * it comes back. What does not get into the outbox is held from the moment that the outbox
   * closes.
   */
  void end(CloseReason reason) {
    stopBypass();
    ClientEntry as = parkedAs;
    if (as != null && (reason == CloseReason.DRAINING || reason == CloseReason.CONNECTION_LOST)) {
      park(parking.add(session, as, before));
    } else if (!isBreak(reason) || !parkBroken(reason)) {
      if (before != null) {
        parking.abandon(before, session);
      }
    }
  }

  /** Whether the connection ends by no will of the client, a node, or an administrator. */
  private boolean isBreak(CloseReason reason) {
    return reason == CloseReason.CONNECTION_LOST
        || reason == CloseReason.IDLE
        || reason == CloseReason.TAKEN_OVER && isWanted;
  }

  private boolean parkBroken(CloseReason reason) {
    Optional<ClientEntry> entry = session.entry();
    if (entry.isEmpty() || !parking.isForBroken()) {
      return false;
    }
    Optional<ParkingPlace> place =
        parking.addBroken(session, entry.get().asParked(), known, before);
    if (place.isEmpty()) {
      return false;
    }
    if (reason != CloseReason.TAKEN_OVER) {
      // what waits is held, and not written to a connection that is broken
      session.outbox().cork();
    }
    park(place.get());
    park(entry.get());
    return true;
  }

  private void park(ParkingPlace place) {
    parked = place;
    session.output().parked(place.session);
    session.outbox().close();
    session.topics().park(place.session);
    sessions.closed(session);
  }

  /** What the client makes this node keep is its parked session's from now on, if it is parked. */
  void close(MemoryBudget.ClientMemory memory) {
    if (parked == null) {
      memory.close();
    }
  }

  /** Takes the client's entry back, unless it is parked or its UID has another connection. */
  void unregister(CloseReason reason) {
    if (parked == null) {
      known.thenAccept(cluster::unregister);
      if (reason != CloseReason.TAKEN_OVER) {
        session.entry().ifPresent(cluster::unregister);
      }
    }
  }

  /** The connection is closed: what it did not write is held in front of what came since. */
  void flushed() {
    ParkingPlace left = parked;
    if (left != null && !left.closed.isDone()) {
      left.session.first(session.output().unwritten());
      left.closed.complete(null);
    }
  }
}
