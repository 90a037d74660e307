package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.BrokerSettings.OverflowPolicy;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.Packet;

/** Clients that do not read what is sent to them; no other client suffers from it. */
class SlowReceiverTest {

  private static final int OUTBOX = 100_000;
  private static final byte[] PAYLOAD = new byte[1000];
  private static final byte[] PAYLOAD_OF_A_PICTURE = new byte[20_000];

  private final BrokerRig rig = BrokerRig.start(BrokerRig.withOutbox(OUTBOX, OverflowPolicy.DROP));
  private final TestClient publisher = rig.connected("publisher");
  private final TestClient slow = rig.connected("slow-1");
  private final TestClient quick = rig.connected("quick-1");
  private final int tid = slow.subscribe("t");

  SlowReceiverTest() {
    quick.subscribe("t");
  }

  /** Publishes until the publisher is asked to wait; the quick one reads all the time. */
  private int publishUntilPaused() {
    for (int sent = 0; sent < 1000; sent++) {
      if (publisher.connection.paused) {
        return sent;
      }
      publisher.publish(tid, PAYLOAD);
      quick.next(Packet.Publish.class);
    }
    throw new AssertionError("never paused");
  }

  @Test
  void thePublisherWaitsForAReceiverThatMayOnlyBeLateAndGoesOnWhenItHasCaughtUp() {
    int sent = publishUntilPaused();
    assertEquals(1, rig.broker.metrics().counted(Counter.PUBLISHER_PAUSES));
    assertEquals(sent, slow.all().size());
    assertFalse(publisher.connection.paused);
    assertEquals(0, rig.broker.metrics().droppedCopies(DropReason.OUTBOX_FULL));
  }

  @Test
  void aReceiverThatDoesNotReadHoldsThePublisherUpOnceAndBriefly() {
    slow.session.outbox().blocked(true);
    publishUntilPaused();
    rig.pass(Duration.ofSeconds(1));
    assertFalse(publisher.connection.paused);
    for (int i = 0; i < 1000; i++) {
      publisher.publish(tid, PAYLOAD);
      quick.next(Packet.Publish.class);
      assertFalse(publisher.connection.paused);
    }
    assertTrue(slow.session.outbox().bytes() <= OUTBOX);
    assertTrue(slow.session.outbox().dropped() > 800);
    assertEquals(
        slow.session.outbox().dropped(),
        rig.broker.metrics().droppedCopies(DropReason.OUTBOX_FULL));
    assertNull(slow.connection.closed());
  }

  @Test
  void manyThatDoNotReadShareTheMemoryThatIsForAllOfThem() {
    int total = 2_000_000;
    BrokerSettings base = BrokerSettings.DEFAULT;
    BrokerRig crowded =
        BrokerRig.start(
            new BrokerSettings(
                base.limits(),
                base.timeouts(),
                new BrokerSettings.OutboxSettings(1_000_000, total, OverflowPolicy.DROP),
                base.observeScope()));
    TestClient sender = crowded.connected("sender");
    TestClient reader = crowded.connected("reader");
    int topic = reader.subscribe("t");
    for (int i = 0; i < 20; i++) {
      TestClient dozing = crowded.connected("dozing-" + i);
      dozing.subscribe("t");
      dozing.session.outbox().peerStalled(true);
    }
    for (int i = 0; i < 100; i++) {
      sender.publish(topic, PAYLOAD_OF_A_PICTURE);
      crowded.pass(Duration.ofMillis(250));
      reader.next(Packet.Publish.class);
    }
    long waiting = crowded.broker.clients().stream().mapToLong(Client::bytesWaiting).sum();
    assertTrue(waiting <= total + 20 * OutboxBudget.MIN_BOUND, "held " + waiting);
    assertEquals(0, reader.session.outbox().dropped());
  }

  @Test
  void whereThoseThatDoNotReadHoldTwiceAsMuchAsThereIsTheLargestAreClosed() {
    int total = 1_000_000;
    BrokerSettings base = BrokerSettings.DEFAULT;
    BrokerRig crowded =
        BrokerRig.start(
            new BrokerSettings(
                base.limits(),
                base.timeouts(),
                new BrokerSettings.OutboxSettings(1_000_000, total, OverflowPolicy.DROP),
                base.observeScope()));
    TestClient sender = crowded.connected("sender");
    List<TestClient> dozing = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      TestClient client = crowded.connected("dozing-" + i);
      sender.publish(client.etid(), new byte[i < 40 ? 60_000 : 1_000]);
      client.session.outbox().peerStalled(true);
      dozing.add(client);
    }
    crowded.pass(Duration.ofMillis(250));
    long closed = dozing.stream().filter(client -> client.connection.closed() != null).count();
    assertEquals(24, closed);
    assertTrue(dozing.subList(40, 60).stream().allMatch(c -> c.connection.closed() == null));
    assertNull(sender.connection.closed());
    assertEquals(24, crowded.broker.metrics().refusals(Refusal.SLOW_CONSUMER));
  }

  @Test
  void theNewestMessagesAreDroppedAndWhatWaitsStaysInOrder() {
    slow.session.outbox().peerStalled(true);
    for (int i = 0; i < 500; i++) {
      publisher.send(Packet.Publish.of(tid, publisher.etid(), i, PAYLOAD));
      quick.all();
    }
    int expected = 0;
    for (Packet packet : slow.all()) {
      assertEquals(expected++, ((Packet.Publish) packet).subtid());
    }
    assertTrue(expected > 50 && expected < 150, "kept " + expected);
    publisher.publish(tid, "it reads again");
    assertEquals("it reads again", slow.nextMessage());
  }

  @Test
  void aPublisherThatWaitsForSeveralGoesOnWhenNoneOfThemIsLeftToWaitFor() {
    TestClient another = rig.connected("slow-2");
    another.subscribe("t");
    publishUntilPaused();
    slow.all();
    assertTrue(publisher.connection.paused);
    another.session.connectionLost(CloseReason.CONNECTION_LOST, "");
    assertFalse(publisher.connection.paused);
  }

  @Test
  void withPolicyDisconnectTheClientIsToldAndClosed() {
    BrokerRig strict = BrokerRig.start(BrokerRig.withOutbox(OUTBOX, OverflowPolicy.DISCONNECT));
    TestClient sender = strict.connected("sender");
    TestClient receiver = strict.connected("receiver");
    int topic = receiver.subscribe("t");
    receiver.session.outbox().peerStalled(true);
    for (int i = 0; i < 200; i++) {
      sender.publish(topic, PAYLOAD);
    }
    assertEquals(CloseReason.SLOW_CONSUMER, receiver.connection.closed());
    assertEquals(1, receiver.connection.closes.size());
    assertEquals(1, strict.broker.metrics().refusals(Refusal.SLOW_CONSUMER));
    var all = receiver.all();
    assertEquals(new Packet.Disconnect("slow consumer"), all.get(all.size() - 1));
    // the transport then ends the session, as it does here
    receiver.session.connectionLost(CloseReason.SLOW_CONSUMER, "");
    assertEquals(0, strict.broker.topics().find(topic).orElseThrow().localSubscribers());
  }

  @Test
  void aClientThatAsksAndNeverReadsTheAnswersIsClosed() {
    slow.session.outbox().peerStalled(true);
    for (int i = 0; i < 100_000 && slow.connection.closed() == null; i++) {
      slow.send(new Packet.Ping());
    }
    assertEquals(CloseReason.SLOW_CONSUMER, slow.connection.closed());
    assertTrue(slow.session.outbox().bytes() <= OUTBOX + Outbox.ANSWER_RESERVE);
  }

  @Test
  void anObserverThatNeverReadsIsClosedWithoutHarmToTheTopic() {
    slow.session.outbox().peerStalled(true);
    slow.observe(tid);
    for (int i = 0; i < 20_000 && slow.connection.closed() == null; i++) {
      quick.send(new Packet.Unsubscribe(tid));
      quick.subscribe("t");
    }
    assertEquals(CloseReason.SLOW_CONSUMER, slow.connection.closed());
    slow.session.connectionLost(CloseReason.SLOW_CONSUMER, "");
    publisher.publish(tid, "alive");
    assertEquals("alive", quick.nextMessage());
  }
}
