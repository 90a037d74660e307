package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.testing.Await;

/** The one writer of a client's outbox. */
class OutboxDrainTest {

  private static final EncodedPacket PACKET = PacketEncoder.encode(new Packet.Ping());

  private final Queue<Runnable> pool = new ArrayDeque<>();
  private final Sink sink = new Sink();
  private final OutboxDrain writer = new OutboxDrain(sink, pool::add);
  private final Outbox outbox = new Outbox(1024, writer::wake);

  OutboxDrainTest() {
    writer.drain(outbox);
  }

  @Test
  void packetsThatWaitLeaveInOneWrite() {
    outbox.offer(PACKET);
    outbox.offer(PACKET);
    outbox.offer(PACKET);
    runPool();
    assertEquals(List.of(3), sink.writes);
    assertEquals(0, outbox.bytes());
  }

  @Test
  void whatOneReadWakesIsWrittenAtItsEndWithoutThePool() {
    WriteBatch.run(
        () -> {
          outbox.offer(PACKET);
          outbox.offer(PACKET);
          assertEquals(List.of(), sink.writes);
        });
    assertEquals(List.of(2), sink.writes);
    assertTrue(pool.isEmpty());
  }

  @Test
  void aWriterThatFailsEndsItsConnectionAndKeepsNoOtherOfItsReadFromWriting() {
    Sink failing = new Sink();
    failing.afterWrite =
        () -> {
          throw new OutOfMemoryError("for a test");
        };
    OutboxDrain failingWriter = new OutboxDrain(failing, pool::add);
    Outbox itsOutbox = new Outbox(1024, failingWriter::wake);
    failingWriter.drain(itsOutbox);
    WriteBatch.run(
        () -> {
          itsOutbox.offer(PACKET);
          outbox.offer(PACKET);
        });
    assertTrue(failing.aborted);
    assertEquals(List.of(1), sink.writes);
  }

  @Test
  void nextWriteBeginsWhenTheLastIsDone() {
    sink.ready = false;
    outbox.offer(PACKET);
    runPool();
    outbox.offer(PACKET);
    outbox.offer(PACKET);
    runPool();
    assertEquals(List.of(1), sink.writes);
    sink.ready = true;
    sink.pending.written();
    runPool();
    assertEquals(List.of(1, 2), sink.writes);
    assertEquals(0, outbox.bytes());
  }

  @Test
  void peerThatDoesNotReadIsReportedToTheOutboxUntilItDoes() {
    sink.ready = false;
    outbox.offer(PACKET);
    runPool();
    assertEquals(Outbox.Offer.FULL, fill(), "a stalled receiver gets no more than its bound");
    sink.ready = true;
    sink.pending.written();
    runPool();
    assertEquals(0, outbox.bytes());
    assertEquals(Outbox.Offer.CONGESTED, fill(), "one that reads makes its publishers wait");
  }

  private Outbox.Offer fill() {
    Outbox.Offer offer;
    do {
      offer = outbox.offer(PACKET);
    } while (offer == Outbox.Offer.ACCEPTED || !sink.ready && offer != Outbox.Offer.FULL);
    return offer;
  }

  @Test
  void pingIsAnsweredOnceForAllThatWait() {
    writer.pong(new byte[] {1});
    writer.pong(new byte[] {2});
    runPool();
    assertEquals(1, sink.pongs.size());
    assertArrayEquals(new byte[] {2}, sink.pongs.get(0));
  }

  @Test
  void lastActionRunsWhenAllIsWrittenAndNothingIsWrittenAfterIt() {
    List<Integer> writesAtTheEnd = new ArrayList<>();
    sink.ready = false;
    outbox.offer(PACKET);
    runPool();
    writer.whenEmpty(() -> writesAtTheEnd.addAll(sink.writes));
    outbox.offer(PACKET);
    runPool();
    assertEquals(List.of(), writesAtTheEnd);
    sink.ready = true;
    sink.pending.written();
    runPool();
    assertEquals(List.of(1, 1), writesAtTheEnd);
    outbox.offer(PACKET);
    runPool();
    assertEquals(List.of(1, 1), sink.writes);
  }

  @Test
  void failedWriteAbortsTheConnectionAndIsTheLast() {
    sink.ready = false;
    outbox.offer(PACKET);
    runPool();
    sink.pending.failed(new IOException("reset"));
    runPool();
    assertTrue(sink.aborted);
    outbox.offer(PACKET);
    runPool();
    assertEquals(List.of(1), sink.writes);
  }

  @Test
  void busyClientLeavesTheThreadToOthersAfterAWhile() {
    AtomicInteger left = new AtomicInteger(1000);
    sink.afterWrite =
        () -> {
          if (left.decrementAndGet() > 0) {
            outbox.offer(PACKET);
          }
        };
    outbox.offer(PACKET);
    pool.remove().run();
    assertTrue(sink.writes.size() < 100, () -> sink.writes.size() + " writes in one turn");
    assertFalse(pool.isEmpty());
    runPool();
    assertEquals(1000, sink.writes.size());
  }

  @Test
  void nothingIsLostOrTwiceWithManyThreads() throws InterruptedException {
    int threads = 4;
    int each = 20_000;
    ExecutorService drains = Executors.newFixedThreadPool(2);
    ExecutorService offers = Executors.newFixedThreadPool(threads);
    Sink counting = new Sink();
    counting.completer = drains;
    OutboxDrain concurrent = new OutboxDrain(counting, drains);
    Outbox large = new Outbox(Long.MAX_VALUE / 4, concurrent::wake);
    concurrent.drain(large);
    for (int t = 0; t < threads; t++) {
      offers.execute(
          () -> {
            for (int i = 0; i < each; i++) {
              large.offer(PACKET);
            }
          });
    }
    offers.shutdown();
    assertTrue(offers.awaitTermination(30, TimeUnit.SECONDS));
    Await.until(
        "all packets to be written",
        Duration.ofSeconds(30),
        () -> counting.packets.get() >= threads * each && large.bytes() == 0);
    drains.shutdown();
    assertTrue(drains.awaitTermination(30, TimeUnit.SECONDS));
    assertEquals(threads * each, counting.packets.get());
    assertEquals(0, large.bytes());
  }

  private void runPool() {
    for (Runnable task = pool.poll(); task != null; task = pool.poll()) {
      task.run();
    }
  }

  /** A socket that takes everything at once, or nothing until the test says so. */
  static final class Sink implements FrameSocket {

    final List<Integer> writes = new ArrayList<>();
    final List<byte[]> pongs = new ArrayList<>();
    final AtomicInteger packets = new AtomicInteger();
    volatile boolean ready = true;
    boolean aborted;
    int closeCode;
    Completion pending;
    Runnable afterWrite = () -> {};
    ExecutorService completer;

    @Override
    public Batch take(Outbox outbox, byte[] pong) {
      if (pong != null) {
        pongs.add(pong);
      }
      int count = 0;
      int bytes = 0;
      EncodedPacket packet;
      while ((packet = outbox.poll()) != null) {
        count++;
        bytes += packet.rawLength();
      }
      return count == 0 && pong == null ? null : new Batch(null, count, bytes);
    }

    @Override
    public void write(Batch batch, Completion completion) {
      packets.addAndGet(batch.packets());
      if (completer != null) {
        completer.execute(completion::written);
        return;
      }
      writes.add(batch.packets());
      if (ready) {
        afterWrite.run();
        completion.written();
      } else {
        pending = completion;
      }
    }

    @Override
    public void pauseReading() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void resumeReading() {
      // nothing was paused
    }

    @Override
    public void close(int code, String phrase) {
      closeCode = code;
    }

    @Override
    public void peerClosed() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void abort() {
      aborted = true;
    }
  }
}
