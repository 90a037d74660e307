package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.Transport;

/** Connections of one UID that come faster than the cluster writes. */
class UidTurnsTest {

  private static final int ETID = 77;

  /** A connection whose registration throws, and one that throws when it is told of its end. */
  private static final long BROKEN = 666;

  private static final long DEAF = 667;

  private final List<Long> written = new ArrayList<>();
  private final List<Long> writtenHere = new ArrayList<>();
  private final Deque<CompletableFuture<ClientEntry>> writing = new ArrayDeque<>();
  private final List<Long> overtaken = new ArrayList<>();
  private final UidTurns turns =
      new UidTurns(
          (candidate, here) -> {
            if (candidate.connection() == BROKEN) {
              throw new IllegalStateException("no write begins");
            }
            written.add(candidate.connection());
            if (here) {
              writtenHere.add(candidate.connection());
            }
            CompletableFuture<ClientEntry> write = new CompletableFuture<>();
            writing.add(write);
            return write.thenApply(done -> candidate.withEtid(ETID));
          },
          lost -> {
            if (lost.connection() == DEAF) {
              throw new IllegalStateException("cannot be told");
            }
            overtaken.add(lost.connection());
            return lost;
          },
          Runnable::run);

  private CompletableFuture<ClientEntry> add(long connection) {
    return turns
        .add(new ClientEntry("the uid", 1, "node1", connection, 0, "", Transport.RAW, ""))
        .toCompletableFuture();
  }

  @Test
  void ofThoseThatWaitTheLatestAloneIsWrittenAndAllHaveItsEtid() {
    List<CompletableFuture<ClientEntry>> all =
        LongStream.range(0, 100).mapToObj(this::add).toList();
    assertEquals(List.of(0L), written);
    writing.poll().complete(null);
    assertEquals(ETID, all.get(0).join().etid());
    assertEquals(List.of(0L, 99L), written);
    assertFalse(all.get(50).isDone());
    writing.poll().complete(null);
    all.forEach(each -> assertEquals(ETID, each.join().etid()));
    assertEquals(LongStream.range(1, 99).boxed().toList(), overtaken);
    add(100);
    assertEquals(List.of(0L, 99L, 100L), written);
    assertEquals(List.of(0L, 100L), writtenHere, "a write after another's end must not nest in it");
  }

  @Test
  void noMoreThanTheBoundWaitAndTheOldestGoFirst() {
    List<CompletableFuture<ClientEntry>> all =
        IntStream.range(0, UidTurns.MAX_OVERTAKEN + 12).mapToObj(this::add).toList();
    assertEquals(LongStream.rangeClosed(1, 10).boxed().toList(), overtaken);
    assertTrue(all.get(10).isDone());
    assertFalse(all.get(11).isDone());
  }

  @Test
  void whenAWriteFailsThoseThatItTookOverFailTooAndTheNextHasItsTurn() {
    add(0);
    CompletableFuture<ClientEntry> lost = add(1);
    CompletableFuture<ClientEntry> latest = add(2);
    writing.poll().complete(null);
    CompletableFuture<ClientEntry> next = add(3);
    writing.poll().completeExceptionally(new IllegalStateException("no write"));
    assertTrue(lost.isCompletedExceptionally());
    assertTrue(latest.isCompletedExceptionally());
    assertEquals(List.of(0L, 2L, 3L), written);
    writing.poll().complete(null);
    assertEquals(ETID, next.join().etid());
  }

  @Test
  void whatThrowsKeepsNoOtherConnectionFromTheUid() {
    assertTrue(add(BROKEN).isCompletedExceptionally());
    CompletableFuture<ClientEntry> first = add(0);
    CompletableFuture<ClientEntry> deaf = add(DEAF);
    CompletableFuture<ClientEntry> lost = add(1);
    CompletableFuture<ClientEntry> latest = add(2);
    writing.poll().complete(null);
    assertEquals(ETID, first.join().etid());
    CompletableFuture<ClientEntry> next = add(3);
    writing.poll().complete(null);
    assertTrue(deaf.isCompletedExceptionally());
    assertEquals(ETID, lost.join().etid());
    assertEquals(ETID, latest.join().etid());
    writing.poll().complete(null);
    assertEquals(ETID, next.join().etid());
  }
}
