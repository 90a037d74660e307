package org.smqcluster.broker.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;

/** The bounded queue in front of a receiver. */
class OutboxTest {

  private static final int BOUND = 10_000;
  private static final long SECOND = 1_000_000_000L;

  private final AtomicInteger wakes = new AtomicInteger();
  private final Outbox outbox = new Outbox(BOUND, wakes::incrementAndGet);

  private static EncodedPacket packet(int payload) {
    return PacketEncoder.encode(Packet.Publish.of(2, 3, 0, new byte[payload]));
  }

  /** A publisher that counts how often it was told to wait and to go on. */
  private static final class Publisher implements Pausable {

    private int waiting;

    @Override
    public void pause() {
      waiting++;
    }

    @Override
    public void resume() {
      waiting--;
    }
  }

  private void write(EncodedPacket packet) {
    outbox.written(1, packet.rawLength());
  }

  private void fillUntil(Outbox.Offer last) {
    for (int i = 0; i < 1000; i++) {
      if (outbox.offer(packet(500)) == last) {
        return;
      }
    }
    throw new AssertionError("never " + last);
  }

  @Test
  void packetsComeOutInTheOrderTheyWereOffered() {
    List<EncodedPacket> offered = new ArrayList<>();
    List<EncodedPacket> polled = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      EncodedPacket packet = packet(1);
      offered.add(packet);
      outbox.offer(packet);
      if (i % 3 == 0) {
        polled.add(outbox.poll());
      }
    }
    for (EncodedPacket packet = outbox.poll(); packet != null; packet = outbox.poll()) {
      polled.add(packet);
    }
    assertEquals(offered, polled);
  }

  @Test
  void theWriterOfACorkedOutboxGetsNothingUntilItIsUncorked() {
    outbox.cork();
    EncodedPacket first = packet(1);
    EncodedPacket second = packet(2);
    outbox.offer(first);
    assertNull(outbox.poll());
    outbox.offer(second);
    assertEquals(0, wakes.get());
    outbox.uncork();
    assertEquals(1, wakes.get());
    assertSame(first, outbox.poll());
    assertSame(second, outbox.poll());
  }

  @Test
  void whereAllHoldTooMuchAStalledReceiverHoldsLessAndAnotherLosesNothing() {
    long most = 64 * OutboxBudget.MIN_BOUND;
    OutboxBudget budget = new OutboxBudget(most, 1000);
    Outbox stalled = new Outbox(budget, () -> {});
    Outbox late = new Outbox(budget, () -> {});
    stalled.peerStalled(true);
    for (int i = 0; i < 10; i++) {
      budget.measured(1001, budget.told());
    }
    EncodedPacket packet = packet(5_000);
    for (int i = 0; i < 20; i++) {
      stalled.offer(packet);
      assertEquals(i > 0, late.offer(packet) == Outbox.Offer.CONGESTED);
    }
    assertTrue(stalled.bytes() <= OutboxBudget.MIN_BOUND);
    assertEquals(20, late.accepted());
    assertTrue(late.pause(new Publisher()));
    for (int i = 0; i < 10; i++) {
      assertFalse(budget.measured(0, budget.told()));
    }
    assertEquals(most, budget.bound());
  }

  @Test
  void aBurstMakesTheBoundSmallBeforeAnyLookAtAllOutboxes() {
    OutboxBudget budget = new OutboxBudget(1_000_000, 400_000);
    Outbox[] late = new Outbox[20];
    for (int i = 0; i < late.length; i++) {
      late[i] = new Outbox(budget, () -> {});
      late[i].offer(packet(50_000));
    }
    assertEquals(OutboxBudget.MIN_BOUND, budget.bound());
    assertTrue(budget.measured(1_000_000, budget.told()), "the log tells of it");
    assertFalse(budget.measured(1_000_000, budget.told()), "once");
    assertEquals(Outbox.Offer.CONGESTED, late[0].offer(packet(50_000)));
    late[1].peerStalled(true);
    assertEquals(Outbox.Offer.FULL, late[1].offer(packet(50_000)));
    for (Outbox each : late) {
      for (EncodedPacket next = each.poll(); next != null; next = each.poll()) {
        each.written(1, next.rawLength());
      }
    }
    for (int i = 0; i < 10; i++) {
      budget.measured(0, budget.told());
    }
    assertEquals(Outbox.Offer.ACCEPTED, late[0].offer(packet(50_000)));
  }

  @Test
  void whatComesWhileTheOutboxesAreLookedAtIsNotForgotten() {
    OutboxBudget budget = new OutboxBudget(1_000_000, 90_000);
    long told = budget.told();
    new Outbox(budget, () -> {}).offer(packet(60_000));
    budget.measured(0, told);
    new Outbox(budget, () -> {}).offer(packet(60_000));
    assertTrue(budget.bound() < 1_000_000, "bound " + budget.bound());
  }

  @Test
  void theWriterIsWokenOnceUntilItFoundNothing() {
    outbox.offer(packet(1));
    outbox.offer(packet(1));
    assertEquals(1, wakes.get());
    outbox.poll();
    outbox.offer(packet(1));
    assertEquals(1, wakes.get());
    while (outbox.poll() != null) {
      assertEquals(1, wakes.get());
    }
    outbox.offer(packet(1));
    assertEquals(2, wakes.get());
  }

  @Test
  void peekTakesNothing() {
    EncodedPacket packet = packet(1);
    outbox.offer(packet);
    assertSame(packet, outbox.peek());
    assertSame(packet, outbox.peek());
    assertSame(packet, outbox.poll());
    assertNull(outbox.peek());
  }

  @Test
  void bytesCountUntilTheyAreWritten() {
    EncodedPacket packet = packet(100);
    outbox.offer(packet);
    long waiting = outbox.bytes();
    assertTrue(waiting >= packet.rawLength());
    outbox.poll();
    assertEquals(waiting, outbox.bytes());
    write(packet);
    assertEquals(0, outbox.bytes());
  }

  @Test
  void whenTheWriterIsBehindPublishersArePausedBeforeAnythingIsDropped() {
    Publisher publisher = new Publisher();
    fillUntil(Outbox.Offer.CONGESTED);
    assertTrue(outbox.bytes() <= BOUND);
    outbox.pause(publisher);
    outbox.pause(publisher);
    assertEquals(1, publisher.waiting);
    while (outbox.bytes() > BOUND / 4) {
      assertEquals(1, publisher.waiting);
      write(outbox.poll());
    }
    assertEquals(0, publisher.waiting);
    assertEquals(0, outbox.dropped());
  }

  @Test
  void memoryIsBoundedEvenIfNoSenderWaits() {
    fillUntil(Outbox.Offer.FULL);
    assertTrue(outbox.bytes() <= 2 * BOUND);
    assertEquals(1, outbox.dropped());
  }

  @Test
  void aStalledReceiverPausesNoSenderAndLosesWhatDoesNotFit() {
    Publisher publisher = new Publisher();
    fillUntil(Outbox.Offer.CONGESTED);
    outbox.pause(publisher);
    outbox.peerStalled(true);
    assertEquals(0, publisher.waiting);
    fillUntil(Outbox.Offer.FULL);
    assertTrue(outbox.bytes() <= BOUND);
    outbox.pause(publisher);
    assertEquals(0, publisher.waiting);
  }

  @Test
  void aBlockedReceiverThatTakesNothingIsJudgedStalledSoon() {
    Publisher publisher = new Publisher();
    fillUntil(Outbox.Offer.CONGESTED);
    outbox.blocked(true);
    assertTrue(outbox.pause(publisher));
    assertTrue(outbox.tick(SECOND));
    assertTrue(outbox.tick(SECOND + SECOND / 4));
    assertEquals(1, publisher.waiting);
    assertFalse(outbox.tick(2 * SECOND));
    assertEquals(0, publisher.waiting);
  }

  @Test
  void aReceiverThatTakesMuchIsWaitedForHoweverLong() {
    Outbox large = new Outbox(1 << 20, wakes::incrementAndGet);
    Publisher publisher = new Publisher();
    EncodedPacket packet = packet(60_000);
    large.blocked(true);
    for (int second = 1; second < 60; second++) {
      while (large.offer(packet) != Outbox.Offer.CONGESTED) {
        assertEquals(0, large.dropped());
      }
      large.pause(publisher);
      assertTrue(large.tick(second * SECOND));
      for (int i = 0; i < 3; i++) {
        large.written(1, large.poll().rawLength());
      }
    }
    assertEquals(1, publisher.waiting);
  }

  @Test
  void aWriterThatIsLateIsNotTakenForAReceiverThatDoesNotRead() {
    Publisher publisher = new Publisher();
    fillUntil(Outbox.Offer.CONGESTED);
    outbox.pause(publisher);
    for (int second = 1; second < 10; second++) {
      assertTrue(outbox.tick(second * SECOND));
    }
    assertEquals(1, publisher.waiting);
  }

  @Test
  void aStalledReceiverThatCatchesUpIsWaitedForAgain() {
    fillUntil(Outbox.Offer.CONGESTED);
    outbox.peerStalled(true);
    fillUntil(Outbox.Offer.FULL);
    while (outbox.peek() != null) {
      write(outbox.poll());
    }
    fillUntil(Outbox.Offer.CONGESTED);
    Publisher publisher = new Publisher();
    assertTrue(outbox.pause(publisher));
  }

  @Test
  void answersHaveAReserve() {
    outbox.peerStalled(true);
    fillUntil(Outbox.Offer.FULL);
    assertEquals(Outbox.Offer.ACCEPTED, outbox.offerAnswer(packet(500)));
    Outbox.Offer last = Outbox.Offer.ACCEPTED;
    for (int i = 0; i < 1000 && last != Outbox.Offer.FULL; i++) {
      last = outbox.offerAnswer(packet(500));
    }
    assertEquals(Outbox.Offer.FULL, last);
    assertTrue(outbox.bytes() <= BOUND + Outbox.ANSWER_RESERVE);
  }

  @Test
  void aClosedOutboxTakesNothingAndStillGivesWhatItHolds() {
    Publisher publisher = new Publisher();
    fillUntil(Outbox.Offer.CONGESTED);
    outbox.pause(publisher);
    assertTrue(outbox.close());
    assertFalse(outbox.close());
    assertEquals(0, publisher.waiting);
    assertEquals(Outbox.Offer.CLOSED, outbox.offer(packet(1)));
    assertTrue(outbox.poll() != null);
    outbox.pause(publisher);
    assertEquals(0, publisher.waiting);
  }

  @Test
  void aPacketLongerThanTheReceiverCanTakeIsRefused() {
    EncodedPacket packet = packet(100);
    outbox.limitMessage(packet.messageLength());
    assertEquals(Outbox.Offer.ACCEPTED, outbox.offer(packet));
    assertEquals(Outbox.Offer.TOO_LARGE, outbox.offer(packet(101)));
  }

  @Test
  void nothingIsLostOrDoubledBetweenManyPublishersAndOneWriter() throws InterruptedException {
    int publishers = 4;
    int each = 20_000;
    CountDownLatch work = new CountDownLatch(1);
    Outbox shared = new Outbox(Long.MAX_VALUE / 4, work::countDown);
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < publishers; p++) {
      int id = p;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  shared.offer(PacketEncoder.encode(Packet.Publish.of(id, i, 0, new byte[0])));
                }
              });
      threads.add(thread);
      thread.start();
    }
    assertTrue(work.await(10, TimeUnit.SECONDS));
    int[] next = new int[publishers];
    long deadline = System.nanoTime() + 30 * SECOND;
    for (int got = 0; got < publishers * each; ) {
      EncodedPacket packet = shared.poll();
      if (packet == null) {
        assertTrue(System.nanoTime() < deadline, "packets are missing");
        Thread.onSpinWait();
        continue;
      }
      Packet.Publish message = new Packet.Publish(packet);
      assertEquals(next[message.tid()]++, message.ptid());
      write(shared, packet);
      got++;
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(shared.poll());
    assertEquals(0, shared.bytes());
  }

  private static void write(Outbox outbox, EncodedPacket packet) {
    outbox.written(1, packet.rawLength());
  }
}
