package org.smqcluster.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.protocol.Packet.Publish;

/**
 * Finds the session that is parked for a client which connects, on whatever node, and brings it to
 * this one before the Connack; and answers the nodes that search here: with what is parked for
 * their client, and what is kept for a client of a node that died. Thread-safe; nothing blocks.
 */
record SessionSearch(
    String nodeName,
    Cluster cluster,
    Parking parking,
    Adoption adoption,
    TopicTable topics,
    PublishesUnderWay underWay,
    BrokerClock clock,
    BrokerLog log) {

  /**
   * How many times a client waits for another connection of its UID: less than the time that it may
   * take from Connect to Connack.
   */
  private static final int BUSY_TRIES = 500;

  /**
   * How many times another node is asked again that fails to answer: two seconds, in which this
   * node hears that the other has died.
   */
  private static final int FAILURES = 40;

  private static final CompletionStage<Optional<ParkingPlace>> NOTHING =
      CompletableFuture.completedStage(Optional.empty());

  /**
   * What is parked for a UID, on any node, ready to be received here. Waits while another
   * connection of the UID is about to take it.
   *
   * @return never fails; empty if nothing is parked for this user
   */
  CompletionStage<Optional<ParkingPlace>> find(String uid, Optional<String> user) {
    // a client starts anew where what other nodes wrote of it cannot be read
    return CompletableFuture.completedStage(uid)
        .thenCompose(asked -> find(asked, user, BUSY_TRIES, 0))
        .exceptionally(
            failure -> {
              InternalErrors.report("the search for a parked session", failure);
              return Optional.empty();
            });
  }

  private CompletionStage<Optional<ParkingPlace>> find(
      String uid, Optional<String> user, int tries, int failures) {
    Optional<ClientEntry> known = cluster.client(uid);
    Optional<Orphan> orphan = known.isPresent() ? Optional.empty() : cluster.orphan(uid);
    if (known.isEmpty() && orphan.isEmpty()) {
      return NOTHING;
    }
    int etid = known.or(() -> orphan.map(Orphan::entry)).get().etid();
    if (parking.place(etid).filter(ParkingPlace::isComing).isPresent()) {
      return later(uid, user, tries, failures);
    } else if (orphan.isPresent()) {
      return orphan.get().user().equals(user)
          ? receiveHere(orphan.get().entry(), user, orphan.get().topics(), orphan)
              .exceptionally(failure -> notFound(orphan.get().entry(), failure))
          : NOTHING;
    }
    // a connection that is there yet gives way, and is parked
    ClientEntry entry = known.get().parked() ? known.get() : known.get().asParked();
    if (entry.node().equals(nodeName)) {
      boolean ends = parking.giveWay(entry.connection(), user);
      return parking
          .place(etid)
          .filter(here -> here.isOffered(entry.connection()) && here.session.isOf(user))
          .map(here -> claim(here, uid, user, tries, failures))
          .orElseGet(() -> ends ? later(uid, user, tries, failures) : NOTHING);
    }
    if (!known.get().parked() && !parking.isForBroken() && !adoption.canAdopt(uid)) {
      return NOTHING;
    }
    // it may have died, and the client is the first to know
    return cluster
        .ask(entry.node(), Handover.open(entry, user, nodeName))
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                return failures == FAILURES
                    ? CompletableFuture.completedStage(notFound(entry, failure))
                    : later(uid, user, tries, failures + 1);
              } else if (Handover.isBusy(answer)) {
                return later(uid, user, tries, failures);
              }
              return Handover.isNone(answer)
                  ? NOTHING
                  : receiveHere(entry, user, Handover.topics(answer), Optional.empty());
            })
        .thenCompose(found -> found)
        .exceptionally(failure -> notFound(entry, failure));
  }

  /** Takes a session that is parked on this node, once all nodes know that it is. */
  private CompletionStage<Optional<ParkingPlace>> claim(
      ParkingPlace here, String uid, Optional<String> user, int tries, int failures) {
    return here.known
        .thenCompose(
            all ->
                here.claim(nodeName, clock.now())
                    ? CompletableFuture.completedStage(Optional.of(here))
                    : later(uid, user, tries, failures))
        .exceptionally(failure -> notFound(here.entry, failure));
  }

  private CompletionStage<Optional<ParkingPlace>> later(
      String uid, Optional<String> user, int tries, int failures) {
    return tries == 0
        ? NOTHING
        : adoption.soon().thenCompose(waited -> find(uid, user, tries - 1, failures));
  }

  private Optional<ParkingPlace> notFound(ClientEntry entry, Throwable failure) {
    log.notResumed(entry, failure);
    return Optional.empty();
  }

  /** Holds here, too, what is published from now on; completes when all nodes send it here. */
  private CompletionStage<Optional<ParkingPlace>> receiveHere(
      ClientEntry entry, Optional<String> user, List<Integer> tids, Optional<Orphan> orphan) {
    Optional<ParkingPlace> place = parking.addComing(entry, user, orphan);
    if (place.isEmpty()) {
      return CompletableFuture.failedStage(
          new IllegalStateException("another connection is taking it over"));
    }
    // what the old connection has got may be on its way to other clients of this node
    return cluster
        .received()
        .thenCompose(arrived -> subscribeHere(place.get(), tids))
        .whenComplete(
            (ready, failure) -> {
              if (failure != null) {
                parking.abandon(place.get());
              }
            });
  }

  private CompletionStage<Optional<ParkingPlace>> subscribeHere(
      ParkingPlace place, List<Integer> tids) {
    List<CompletableFuture<Void>> known = new ArrayList<>();
    for (int tid : tids) {
      TopicState topic = topics.byId(tid);
      Subscription subscription = new Subscription(place.session, true);
      place.session.add(topic, subscription);
      topic.addParked(subscription);
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
    if (!place.isFromElsewhere) {
      return place.closedInTime();
    }
    ClientEntry from = place.entry;
    return place
        .orphan
        .map(adoption::fetch)
        .orElseGet(() -> fetch(from, new ArrayList<>()))
        .thenAccept(
            messages -> {
              place.session.handedOver(messages);
              cluster.received().thenRun(() -> place.session.handover(false));
            });
  }

  /**
   * Fetches one part after the other.
   *
   * @return never fails: the node may have left after its last part, whose end is then unknown
   */
  private CompletionStage<List<Publish>> fetch(ClientEntry from, List<Publish> before) {
    return cluster
        .ask(from.node(), Handover.take(from))
        .thenCompose(
            answer -> {
              before.addAll(Handover.messages(answer));
              return answer.length == 0
                  ? CompletableFuture.completedStage(before)
                  : fetch(from, before);
            })
        .exceptionally(
            failure -> {
              log.notAllFetched(from, failure);
              return before;
            });
  }

  // ---- the questions of other nodes

  /** The answer to a question; fails if there is nothing to give. */
  CompletionStage<byte[]> answer(byte[] question) {
    if (Handover.isKept(question)) {
      return adoption.asked(Handover.readKept(question));
    }
    Handover.Question asked = Handover.read(question);
    return asked.isTake() ? take(asked) : open(asked);
  }

  private CompletionStage<byte[]> open(Handover.Question asked) {
    boolean ends = parking.giveWay(asked.connection(), asked.user());
    Optional<ParkingPlace> place = parking.place(asked.etid());
    if (place.filter(ParkingPlace::isComing).isPresent()) {
      return CompletableFuture.completedStage(Handover.busy());
    }
    return place
        .filter(here -> here.isOffered(asked.connection()) && here.session.isOf(asked.user()))
        .map(here -> claim(here, asked.node()))
        .orElseGet(
            () -> CompletableFuture.completedStage(ends ? Handover.busy() : Handover.none()));
  }

  private CompletionStage<byte[]> claim(ParkingPlace place, String node) {
    return place.known.thenApply(
        all ->
            place.claim(node, clock.now())
                ? Handover.topics(place.session.topics())
                : Handover.busy());
  }

  private CompletionStage<byte[]> take(Handover.Question asked) {
    return parking
        .place(asked.etid())
        .filter(here -> here.isOffered(asked.connection()))
        .map(
            here ->
                here.closedInTime()
                    .thenCompose(closed -> here.seal(this::received))
                    .thenApply(done -> give(here)))
        .orElseGet(
            () ->
                CompletableFuture.failedStage(new IllegalStateException("it is not parked here")));
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
      parking.abandon(place);
    }
    return Handover.messages(messages);
  }
}
