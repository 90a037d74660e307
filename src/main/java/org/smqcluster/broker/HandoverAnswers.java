package org.smqcluster.broker;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.protocol.Packet.Publish;

/**
 * Answers the questions of other nodes to which a client has come: what is parked for it here, and
 * what this node keeps for a client of a node that died. Thread-safe; nothing blocks.
 */
record HandoverAnswers(
    Parking parking,
    Adoption adoption,
    PublishesUnderWay underWay,
    Cluster cluster,
    BrokerClock clock) {

  /** The answer to a question; fails if there is nothing to give. */
  CompletionStage<byte[]> answer(byte[] question) {
    if (Handover.isKept(question)) {
      return adoption.asked(Handover.readKept(question));
    }
    Handover.Question asked = Handover.read(question);
    return asked.isTake() ? take(asked) : open(asked);
  }

  private CompletionStage<byte[]> open(Handover.Question asked) {
    parking.giveWay(asked.connection(), asked.user());
    Optional<ParkingPlace> place = parking.place(asked.etid());
    if (place.filter(ParkingPlace::isComing).isPresent()) {
      return CompletableFuture.completedStage(Handover.busy());
    }
    return place
        .filter(here -> here.isOffered(asked.connection()) && here.session.isOf(asked.user()))
        .map(here -> claim(here, asked.node()))
        .orElseGet(() -> CompletableFuture.completedStage(Handover.none()));
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
