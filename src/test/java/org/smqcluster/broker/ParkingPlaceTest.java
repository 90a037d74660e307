package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Transport;

/** What a parked session holds while nodes take it over, and die. */
class ParkingPlaceTest {

  private static final int ETID = 0x40000001;

  private final ParkedSession session =
      new ParkedSession(
          ETID, Optional.empty(), new OutboxBudget(1_000_000, 1_000_000), new BrokerMetrics());
  private final ParkingPlace place =
      ParkingPlace.offered(
          session,
          new ClientEntry("client", ETID, "node1", 1, 1, "127.0.0.1", Transport.RAW, "").asParked(),
          Long.MAX_VALUE);

  /** Completes when all that was published before is held. */
  private final CompletableFuture<Void> received = new CompletableFuture<>();

  @Test
  void aNodeTakesWhatIsHeldWhenAllOfItHasCome() {
    assertTrue(place.claim("node2", 0));
    CompletableFuture<Void> sealed = place.seal(() -> received).toCompletableFuture();
    assertEquals(sealed, place.seal(CompletableFuture::new), "sealed once");
    assertFalse(sealed.isDone());
    received.complete(null);
    assertTrue(sealed.isDone() && !sealed.isCompletedExceptionally());
  }

  @Test
  void aNodeThatDiesMeanwhileTakesNothing() {
    assertTrue(place.claim("node2", 0));
    CompletableFuture<Void> sealed = place.seal(() -> received).toCompletableFuture();
    place.release("node2");
    received.complete(null);
    assertTrue(sealed.isCompletedExceptionally());
    assertTrue(place.claim("node3", 0));
    assertTrue(
        place.seal(() -> CompletableFuture.completedStage(null)).toCompletableFuture().isDone());
  }
}
