package org.smqcluster.broker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.smqcluster.broker.spi.BrokerMetrics.Move;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Orphan;

/**
 * The parked sessions of this node: those of clients that it let go or whose connections broke,
 * until a node takes them or the grace period is over, and those of clients that come back to this
 * node. {@link SessionSearch} looks here, for this node and for others. Thread-safe; nothing
 * blocks.
 */
final class Parking {

  private final long graceNanos;
  private final long brokenNanos;
  private final int maxBroken;
  private final BrokerContext context;
  private final Map<Integer, ParkingPlace> places = new ConcurrentHashMap<>();

  Parking(BrokerContext context) {
    this.context = context;
    this.graceNanos = context.settings().timeouts().grace().toNanos();
    this.brokenNanos = context.settings().timeouts().broken().toNanos();
    this.maxBroken = context.settings().limits().clients();
  }

  // ---- the client goes

  /** Whether a client that is let go now is parked. */
  boolean isOn() {
    return graceNanos > 0 && context.cluster().canPark();
  }

  /**
   * Parks a client whose connection ends: from now on it may be found here.
   *
   * @param entry of the parked client, that all nodes know
   * @param before what it had not taken from its last parking, or null
   */
  ParkingPlace add(ClientSession client, ClientEntry entry, ParkingPlace before) {
    ParkedSession session = parked(client, entry, before);
    context.metrics().moved(Move.PARKED);
    context.log().parked(client);
    return put(client, ParkingPlace.offered(session, entry, context.clock().now() + graceNanos));
  }

  /** Whether a client whose connection breaks now is parked. */
  boolean isForBroken() {
    return brokenNanos > 0 && context.cluster().knowsParked();
  }

  /**
   * Parks a client whose connection broke. It may be found here once all nodes know.
   *
   * @param entry of the parked client
   * @param known completes when all nodes know it, or fails
   * @param before what it had not taken from its last parking, or null
   * @return empty if there is no room
   */
  Optional<ParkingPlace> addBroken(
      ClientSession client,
      ClientEntry entry,
      CompletableFuture<ClientEntry> known,
      ParkingPlace before) {
    if (places.size() >= maxBroken) {
      context.metrics().moved(Move.REFUSED);
      context.log().notParked(client, maxBroken);
      return Optional.empty();
    }
    ParkedSession session = parked(client, entry, before);
    context.metrics().moved(Move.BROKEN);
    context.log().broken(client);
    long ends = context.clock().now() + brokenNanos;
    ParkingPlace place = put(client, ParkingPlace.broken(session, entry, known, ends));
    known.whenComplete(
        (as, failure) -> {
          if (failure != null) {
            abandon(place);
          }
        });
    return Optional.of(place);
  }

  private ParkedSession parked(ClientSession client, ClientEntry entry, ParkingPlace before) {
    ParkedSession session =
        before == null
            ? new ParkedSession(entry.etid(), client.user(), context.outboxes(), context.metrics())
            : before.session;
    session.detach();
    return session;
  }

  private ParkingPlace put(ClientSession client, ParkingPlace place) {
    place.keeps(client.memory());
    ParkingPlace old = places.put(place.etid(), place);
    if (old != null) {
      old.free();
    }
    return place;
  }

  /**
   * Makes a place for a session that comes to this node from the one that parked it, or had it when
   * it died.
   *
   * @return empty if it is on its way already
   */
  Optional<ParkingPlace> addComing(
      ClientEntry entry, Optional<String> user, Optional<Orphan> orphan) {
    // the node that was taking it from this one has died on the way, or did not get it in time
    place(entry.etid()).filter(ParkingPlace::isTakenOver).ifPresent(this::abandon);
    ParkedSession session =
        new ParkedSession(entry.etid(), user, context.outboxes(), context.metrics());
    session.handover(true);
    ParkingPlace place = ParkingPlace.coming(session, entry, orphan, context.clock().now());
    return places.putIfAbsent(entry.etid(), place) == null ? Optional.of(place) : Optional.empty();
  }

  /** What is parked here, or on its way here, with this ETID. */
  Optional<ParkingPlace> place(int etid) {
    return Optional.ofNullable(places.get(etid));
  }

  /** The parked session with this ETID, or null. */
  ParkedSession byEtid(int etid) {
    ParkingPlace place = places.get(etid);
    return place == null ? null : place.session;
  }

  Stream<ParkingPlace> offers() {
    return places.values().stream().filter(ParkingPlace::isOffered);
  }

  int offered() {
    return (int) offers().count();
  }

  /** See {@link ParkingPlace#keptBytes}. */
  long keptBytes() {
    return places.values().stream().mapToLong(ParkingPlace::keptBytes).sum();
  }

  long bytes() {
    return places.values().stream().mapToLong(place -> place.session.bytes()).sum();
  }

  // ---- the client comes back

  /** A connection of the same user, which may be broken, ends for another one of the client. */
  void giveWay(long parkedConnection, Optional<String> user) {
    ClientSession session = context.sessions().byConnection(parkedConnection - 1);
    if (session != null && session.user().equals(user) && isForBroken()) {
      session.giveWay();
    }
  }

  /** Another connection has the parked client's UID. */
  void takenOver(ClientEntry lost) {
    ParkingPlace place = places.get(lost.etid());
    if (place != null
        && place.isOffered(lost.connection())
        && !place.takenOver(context.clock().now())) {
      // by another user, or by a node that did not reach this one
      abandon(place);
    }
  }

  /** The client has its Connack. */
  void resumed(ParkingPlace place, ClientSession client) {
    place.resumed(client, context.clock().now() + graceNanos);
    place.session.attach(client.output());
    context.metrics().moved(Move.RESUMED);
    context.log().resumed(client);
  }

  /**
   * The client has gone between its registration and its Connack: what was parked for it is parked
   * here, for its next try.
   *
   * @param registered its entry
   */
  void keep(ParkingPlace place, ClientEntry registered) {
    context
        .cluster()
        .park(registered)
        .whenComplete(
            (parked, failure) -> {
              if (failure != null || !parkAgain(place, parked)) {
                abandon(place);
              }
            });
  }

  private boolean parkAgain(ParkingPlace place, ClientEntry parked) {
    ParkingPlace again =
        ParkingPlace.offered(place.session, parked, context.clock().now() + graceNanos);
    again.closed.complete(null);
    boolean kept = places.replace(parked.etid(), place, again);
    if (kept) {
      place.free();
    } else {
      context.cluster().unregister(parked);
    }
    return kept;
  }

  /** The client that is back has ended, or did not come. */
  void abandon(ParkingPlace place, ClientSession client) {
    ClientSession back = place.back();
    if (back == null || back == client) {
      abandon(place);
    }
  }

  /** The session ends: its client got all of it, or does not come. */
  void abandon(ParkingPlace place) {
    if (remove(place)) {
      place.session.end();
    }
  }

  private boolean remove(ParkingPlace place) {
    place.free();
    return places.remove(place.etid(), place);
  }

  /** What a node was about to take over that died is free for others. */
  void died(String node) {
    places.values().forEach(place -> place.release(node));
  }

  // ---- time

  void tick(long now) {
    for (ParkingPlace place : places.values()) {
      ClientSession back = place.back();
      place.session.tick(now);
      if (back != null && place.session.isDone()) {
        if (back.bypass()) {
          remove(place);
        }
      } else if (place.isOver(now)) {
        expire(place, back);
      }
    }
  }

  private void expire(ParkingPlace place, ClientSession back) {
    if (back == null) {
      end(place);
      context.metrics().moved(place.isBroken ? Move.LEFT : Move.EXPIRED);
      context.log().expired(place.entry, place.isBroken);
    } else {
      // what it did not subscribe to again is forgotten
      if (back.bypass()) {
        remove(place);
        place.session.end();
      }
    }
  }

  /** Ends a session before its time: too much waits for all clients together. */
  void drop(ParkingPlace place) {
    end(place);
    context.metrics().moved(Move.REFUSED);
    context.log().notHeld(place.entry);
  }

  private void end(ParkingPlace place) {
    abandon(place);
    if (!place.isFromElsewhere && !place.isTakenOver()) {
      context.cluster().unregister(place.entry);
    }
  }
}
