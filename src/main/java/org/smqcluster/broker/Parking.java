package org.smqcluster.broker;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Move;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.RemoteNode;

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
  private final Cluster cluster;
  private final SessionRegistry sessions;
  private final OutboxBudget outboxes;
  private final BrokerClock clock;
  private final BrokerMetrics metrics;
  private final BrokerLog log;
  private final Map<Integer, ParkingPlace> places = new ConcurrentHashMap<>();

  Parking(
      BrokerSettings settings,
      Cluster cluster,
      SessionRegistry sessions,
      OutboxBudget outboxes,
      BrokerClock clock,
      BrokerMetrics metrics,
      BrokerLog log) {
    this.graceNanos = settings.timeouts().grace().toNanos();
    this.brokenNanos = settings.timeouts().broken().toNanos();
    this.maxBroken = settings.limits().clients();
    this.cluster = cluster;
    this.sessions = sessions;
    this.outboxes = outboxes;
    this.clock = clock;
    this.metrics = metrics;
    this.log = log;
  }

  // ---- the client goes

  /** Whether a client that is let go now is parked. */
  boolean isOn() {
    return graceNanos > 0 && cluster.canPark();
  }

  /**
   * Parks a client whose connection ends: from now on it may be found here.
   *
   * @param entry of the parked client, that all nodes know
   * @param before what it had not taken from its last parking, or null
   */
  ParkingPlace add(ClientSession client, ClientEntry entry, ParkingPlace before) {
    ParkedSession session = parked(client, entry, before);
    metrics.moved(Move.PARKED);
    log.parked(client);
    return put(client, ParkingPlace.offered(session, entry, clock.now() + graceNanos));
  }

  /** Whether a client whose connection breaks now is parked. */
  boolean isForBroken() {
    return brokenNanos > 0 && cluster.knowsParked();
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
      metrics.moved(Move.REFUSED);
      log.notParked(client, maxBroken);
      return Optional.empty();
    }
    ParkedSession session = parked(client, entry, before);
    metrics.moved(Move.BROKEN);
    log.broken(client);
    long ends = clock.now() + brokenNanos;
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
            ? new ParkedSession(entry.etid(), client.user(), outboxes, metrics)
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
    ParkedSession session = new ParkedSession(entry.etid(), user, outboxes, metrics);
    session.handover(true);
    ParkingPlace place = ParkingPlace.coming(session, entry, orphan, clock.now());
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

  /**
   * A connection of the same user, which may be broken, ends for another one of the client.
   *
   * @return whether there was one; it may be ending already, on another thread, and then its place
   *     is not there yet
   */
  boolean giveWay(long parkedConnection, Optional<String> user) {
    ClientSession session = sessions.byConnection(parkedConnection - 1);
    boolean ends = session != null && session.user().equals(user) && isForBroken();
    if (ends) {
      session.giveWay();
    }
    return ends;
  }

  /** Another connection has the parked client's UID. */
  void takenOver(ClientEntry lost) {
    ParkingPlace place = places.get(lost.etid());
    if (place != null && place.isOffered(lost.connection()) && !place.takenOver(clock.now())) {
      // by another user, or by a node that did not reach this one
      abandon(place);
    }
  }

  /** The client has its Connack. */
  void resumed(ParkingPlace place, ClientSession client) {
    place.resumed(client, clock.now() + graceNanos);
    place.session.attach(client.output());
    metrics.moved(Move.RESUMED);
    log.resumed(client);
  }

  /**
   * The client has gone between its registration and its Connack: what was parked for it is parked
   * here, for its next try.
   *
   * @param registered its entry
   */
  void keep(ParkingPlace place, ClientEntry registered) {
    cluster
        .park(registered)
        .whenComplete(
            (parked, failure) -> {
              if (failure != null || !parkAgain(place, parked)) {
                abandon(place);
              }
            });
  }

  private boolean parkAgain(ParkingPlace place, ClientEntry parked) {
    ParkingPlace again = ParkingPlace.offered(place.session, parked, clock.now() + graceNanos);
    again.closed.complete(null);
    boolean kept = places.replace(parked.etid(), place, again);
    if (kept) {
      place.free();
    } else {
      cluster.unregister(parked);
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
    Set<String> others =
        cluster.nodes().stream().map(RemoteNode::name).collect(Collectors.toUnmodifiableSet());
    for (ParkingPlace place : places.values()) {
      place.releaseUnlessOf(others);
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
      metrics.moved(place.isBroken ? Move.LEFT : Move.EXPIRED);
      log.expired(place.entry, place.isBroken);
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
    metrics.moved(Move.REFUSED);
    log.notHeld(place.entry);
  }

  private void end(ParkingPlace place) {
    abandon(place);
    if (!place.isFromElsewhere && !place.isTakenOver()) {
      cluster.unregister(place.entry);
    }
  }
}
