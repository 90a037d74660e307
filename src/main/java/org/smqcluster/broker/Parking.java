package org.smqcluster.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Move;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.protocol.Packet.Publish;

/**
 * The parked sessions of this node: those of clients that it let go or whose connections broke,
 * until a node takes them or the grace period is over, and those of clients that come back to this
 * node. Thread-safe; nothing blocks.
 */
final class Parking {

  /** For the old connection to be closed, once its client comes back. */
  private static final long CLOSE_MILLIS = 2_000;

  /**
   * How many times a client waits for another connection of its UID, or for the news that its node
   * has died: less than the time that it may take from Connect to Connack.
   */
  private static final int BUSY_TRIES = 500;

  private static final CompletionStage<Optional<ParkingPlace>> NOTHING =
      CompletableFuture.completedStage(Optional.empty());

  private final String nodeName;
  private final long graceNanos;
  private final long brokenNanos;
  private final int maxBroken;
  private final Cluster cluster;
  private final SessionRegistry sessions;
  private final TopicTable topics;
  private final OutboxBudget outboxes;
  private final BrokerClock clock;
  private final BrokerMetrics metrics;
  private final BrokerLog log;
  private final PublishesUnderWay underWay;
  private final Adoption adoption;
  private final Map<Integer, ParkingPlace> places = new ConcurrentHashMap<>();

  Parking(
      String nodeName,
      BrokerSettings settings,
      Cluster cluster,
      SessionRegistry sessions,
      TopicTable topics,
      OutboxBudget outboxes,
      BrokerClock clock,
      BrokerMetrics metrics,
      BrokerLog log,
      PublishesUnderWay underWay,
      Adoption adoption) {
    this.underWay = underWay;
    this.adoption = adoption;
    this.nodeName = nodeName;
    this.graceNanos = settings.timeouts().grace().toNanos();
    this.brokenNanos = settings.timeouts().broken().toNanos();
    this.maxBroken = settings.limits().clients();
    this.cluster = cluster;
    this.sessions = sessions;
    this.topics = topics;
    this.outboxes = outboxes;
    this.clock = clock;
    this.metrics = metrics;
    this.log = log;
  }

  // ---- the client leaves

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

  /** The parked session with this ETID, or null. */
  ParkedSession byEtid(int etid) {
    ParkingPlace place = places.get(etid);
    return place == null ? null : place.session;
  }

  /** Sessions that a node may take over yet. */
  int offered() {
    return (int) places.values().stream().filter(ParkingPlace::isOffered).count();
  }

  /** See {@link ParkingPlace#keptBytes}. */
  long keptBytes() {
    return places.values().stream().mapToLong(ParkingPlace::keptBytes).sum();
  }

  /** Bytes of all messages that are held. */
  long bytes() {
    long all = 0;
    for (ParkingPlace place : places.values()) {
      all += place.session.bytes();
    }
    return all;
  }

  /** Another connection has the parked client's UID. */
  void takenOver(ClientEntry lost) {
    ParkingPlace place = places.get(lost.etid());
    if (place != null && place.isOffered(lost.connection()) && !place.takenOver(clock.now())) {
      // by another user, or by a node that did not reach this one
      abandon(place);
    }
  }

  // ---- the client comes back

  /**
   * What is parked for a UID, on any node, ready to be received here. Waits while another
   * connection of the UID is about to take it.
   *
   * @return never fails; empty if nothing is parked for this user
   */
  CompletionStage<Optional<ParkingPlace>> find(String uid, Optional<String> user) {
    return find(uid, user, BUSY_TRIES);
  }

  private CompletionStage<Optional<ParkingPlace>> find(
      String uid, Optional<String> user, int tries) {
    Optional<ClientEntry> known = cluster.client(uid);
    Optional<Orphan> orphan = known.isPresent() ? Optional.empty() : cluster.orphan(uid);
    if (known.isEmpty() && orphan.isEmpty()) {
      return NOTHING;
    }
    ParkingPlace coming = places.get(known.or(() -> orphan.map(Orphan::entry)).get().etid());
    if (coming != null && coming.isComing()) {
      return later(uid, user, tries);
    } else if (orphan.isPresent()) {
      return orphan.get().user().equals(user)
          ? receiveHere(orphan.get().entry(), user, orphan.get().topics(), orphan)
              .exceptionally(failure -> notFound(orphan.get().entry(), failure))
          : NOTHING;
    }
    // a connection that is there yet gives way, and is parked
    ClientEntry entry = known.get().parked() ? known.get() : known.get().asParked();
    if (entry.node().equals(nodeName)) {
      giveWay(entry.connection(), user);
      ParkingPlace here = places.get(entry.etid());
      if (here == null || !here.isOffered(entry.connection()) || !here.session.isOf(user)) {
        return NOTHING;
      }
      return here.known
          .thenCompose(
              all ->
                  here.claim(clock.now())
                      ? CompletableFuture.completedStage(Optional.of(here))
                      : later(uid, user, tries))
          .exceptionally(failure -> notFound(entry, failure));
    }
    if (!known.get().parked() && !isForBroken() && !adoption.canAdopt(uid)) {
      return NOTHING;
    }
    // it may have died, and the client is the first to know
    return cluster
        .ask(entry.node(), Handover.open(entry, user))
        .handle(
            (answer, failure) -> {
              if (failure != null || Handover.isBusy(answer)) {
                return later(uid, user, tries);
              }
              return Handover.isNone(answer)
                  ? NOTHING
                  : receiveHere(entry, user, Handover.topics(answer), Optional.empty());
            })
        .thenCompose(found -> found)
        .exceptionally(failure -> notFound(entry, failure));
  }

  /** A connection of the same user, which may be broken, ends for another one of the client. */
  private void giveWay(long parkedConnection, Optional<String> user) {
    ClientSession session = sessions.byConnection(parkedConnection - 1);
    if (session != null && session.user().equals(user) && isForBroken()) {
      session.move().giveWay();
    }
  }

  private CompletionStage<Optional<ParkingPlace>> later(
      String uid, Optional<String> user, int tries) {
    return tries == 0 ? NOTHING : Adoption.soon().thenCompose(waited -> find(uid, user, tries - 1));
  }

  private Optional<ParkingPlace> notFound(ClientEntry entry, Throwable failure) {
    log.notResumed(entry, failure);
    return Optional.empty();
  }

  /** Holds here, too, what is published from now on; completes when all nodes send it here. */
  private CompletionStage<Optional<ParkingPlace>> receiveHere(
      ClientEntry entry, Optional<String> user, List<Integer> tids, Optional<Orphan> orphan) {
    ParkedSession session = new ParkedSession(entry.etid(), user, outboxes, metrics);
    session.handover(true);
    ParkingPlace place = ParkingPlace.coming(session, entry, orphan, clock.now());
    if (places.putIfAbsent(entry.etid(), place) != null) {
      return CompletableFuture.failedStage(new IllegalStateException("it is on its way already"));
    }
    // what the old connection has got may be on its way to other clients of this node
    return cluster.received().thenCompose(arrived -> subscribeHere(place, tids));
  }

  private CompletionStage<Optional<ParkingPlace>> subscribeHere(
      ParkingPlace place, List<Integer> tids) {
    List<CompletableFuture<Void>> known = new ArrayList<>();
    for (int tid : tids) {
      Subscription subscription = new Subscription(topics.byId(tid), place.session, true);
      place.session.add(subscription);
      subscription.topic.addParked(subscription);
      known.add(subscription.known.toCompletableFuture());
    }
    return CompletableFuture.allOf(known.toArray(CompletableFuture[]::new))
        .thenApply(done -> Optional.of(place));
  }

  /**
   * The client has its entry: fetches what is held elsewhere.
   *
   * @return never fails; completes when all that came before is held here
   */
  CompletionStage<Void> fetch(ParkingPlace place) {
    if (!place.isFromElsewhere()) {
      return place.closed.copy().completeOnTimeout(null, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
    ClientEntry from = place.entry;
    return place
        .orphan()
        .map(adoption::fetch)
        .orElseGet(() -> fetch(from, new ArrayList<>()))
        .handle(
            (messages, failure) -> {
              if (failure != null) {
                log.notResumed(from, failure);
              } else {
                place.session.handedOver(messages);
              }
              cluster.received().thenRun(() -> place.session.handover(false));
              return null;
            });
  }

  private CompletionStage<List<Publish>> fetch(ClientEntry from, List<Publish> before) {
    return cluster
        .ask(from.node(), Handover.take(from))
        .thenCompose(
            answer -> {
              before.addAll(Handover.messages(answer));
              return answer.length == 0
                  ? CompletableFuture.completedStage(before)
                  : fetch(from, before);
            });
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

  private void abandon(ParkingPlace place) {
    if (remove(place)) {
      place.session.end();
    }
  }

  private boolean remove(ParkingPlace place) {
    place.free();
    return places.remove(place.etid(), place);
  }

  // ---- questions of other nodes

  CompletionStage<byte[]> asked(byte[] question) {
    if (Handover.isKept(question)) {
      return adoption.asked(Handover.readKept(question));
    }
    Handover.Question asked = Handover.read(question);
    if (!asked.isTake()) {
      giveWay(asked.connection(), asked.user());
    }
    ParkingPlace place = places.get(asked.etid());
    if (!asked.isTake() && place != null && place.isComing()) {
      return CompletableFuture.completedStage(Handover.busy());
    }
    boolean isHere = place != null && place.isOffered(asked.connection());
    if (!asked.isTake() && !(isHere && place.session.isOf(asked.user()))) {
      return CompletableFuture.completedStage(Handover.none());
    } else if (!isHere) {
      return CompletableFuture.failedStage(new IllegalStateException("it is not parked here"));
    } else if (asked.isTake()) {
      return place
          .closed
          .copy()
          .completeOnTimeout(null, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
          .thenCompose(closed -> place.seal(this::received))
          .thenApply(done -> give(place));
    }
    return place.known.thenApply(
        all ->
            place.claim(clock.now()) ? Handover.topics(place.session.topics()) : Handover.busy());
  }

  /**
   * Completes when all that was published before is here, and at the other nodes what the client
   * published itself.
   */
  private CompletionStage<Void> received() {
    return underWay.settled().thenCompose(ended -> cluster.received());
  }

  private byte[] give(ParkingPlace place) {
    List<Publish> messages = place.session.take(Handover.MAX_BYTES);
    if (messages.isEmpty()) {
      abandon(place);
    }
    return Handover.messages(messages);
  }

  // ---- time

  void tick(long now) {
    for (ParkingPlace place : places.values()) {
      ClientSession back = place.back();
      if (back != null && place.session.isDone()) {
        if (back.move().bypass()) {
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
      if (back.move().bypass()) {
        remove(place);
        place.session.end();
      }
    }
  }

  private void end(ParkingPlace place) {
    abandon(place);
    if (!place.isFromElsewhere() && !place.isTakenOver()) {
      cluster.unregister(place.entry);
    }
  }
}
