package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.testing.Await;

/** Hostile and broken clients of the device port: no other client notices, nothing stays behind. */
@Tag("slow")
class HostileClientsTest {

  private static final Duration ATTACK = Duration.ofSeconds(6);
  private static final int AT_LEAST = 2000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private LocalBroker local = LocalBroker.start(BrokerSettings.DEFAULT);
  private ConformanceFixture.Door door = new ConformanceFixture.Door(false, local.port());

  /** Silence is noticed within two seconds. */
  private static BrokerSettings impatient() {
    BrokerSettings base = BrokerSettings.DEFAULT;
    return new BrokerSettings(
        base.limits(),
        new BrokerSettings.Timeouts(
            Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(1)),
        base.outbox(),
        base.observeScope());
  }

  @AfterEach
  void close() {
    local.close();
  }

  private void awaitConnections(int count) {
    Await.value("connections to end", PATIENCE, local.broker()::connections, left -> left == count);
  }

  @Test
  void thousandsOfMalformedConversationsDisturbNoClientAndLeaveNothing() throws Exception {
    try (BystanderPair witness = new BystanderPair(door, door)) {
      try (HostileClients hostile = new HostileClients(door, 20_26)) {
        hostile.attack(ATTACK, AT_LEAST);
      }
      witness.assertUndisturbed();
      awaitConnections(2);
    }
    awaitConnections(0);
    Await.value(
        "subscriptions to end",
        PATIENCE,
        () -> local.broker().topics().all().stream().mapToInt(t -> t.localSubscribers()).sum(),
        left -> left == 0);
  }

  @Test
  void silentConnectionsDelayNoClientAndAreClosed() throws Exception {
    List<Wire> silent = new ArrayList<>();
    try (BystanderPair witness = new BystanderPair(door, door)) {
      for (int i = 0; i < 300; i++) {
        // a third each: no bootstrap, half of one, no Connect
        String said = i % 3 == 0 ? "" : i % 3 == 1 ? "GET /smq" : RawWire.REQUEST;
        silent.add(new RawWire(local.port(), said, false));
      }
      for (Wire wire : silent) {
        wire.untilClosed();
      }
      witness.assertUndisturbed();
    } finally {
      silent.forEach(Wire::close);
    }
  }

  @Test
  void aHalfOpenConnectionIsPingedThenClosedAndItsObserversAreTold() throws IOException {
    local.close();
    local = LocalBroker.start(impatient());
    door = new ConformanceFixture.Door(false, local.port());
    Peer gone = new Peer(door.open()).connected("half-open");
    Peer observer = new Peer(door.open()).connected("observer");
    observer.send(Peer.OBSERVE, gone.etid());
    // it answers no ping, as one whose network is gone; the observer does
    Frame frame = observer.wire.next();
    while (frame.type() == Peer.PING) {
      observer.send(Peer.PONG);
      frame = observer.wire.next();
    }
    frame.expectType(Peer.CHANGE);
    assertEquals(gone.etid(), frame.id(0));
    gone.expect(Peer.PING);
    gone.wire.untilClosed();
    gone.wire.close();
    observer.wire.close();
  }
}
