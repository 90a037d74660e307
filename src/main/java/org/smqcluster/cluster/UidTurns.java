package org.smqcluster.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.smqcluster.broker.spi.ClientEntry;

/**
 * The turns of connections that register one UID at this node: one registers at a time, and of
 * those that wait only the latest is written, because it takes over all others. An overtaken
 * connection is told so when the latest is registered, and has its ETID; if too many wait for that,
 * the oldest is told at once. Thread-safe; nothing blocks.
 */
final class UidTurns {

  /** Overtaken connections of one UID that wait. */
  static final int MAX_OVERTAKEN = 256;

  private final BiFunction<ClientEntry, Boolean, CompletionStage<ClientEntry>> registration;
  private final UnaryOperator<ClientEntry> overtaken;
  private final Executor thread;
  private final Map<String, Turn> turns = new ConcurrentHashMap<>();

  /**
   * @param registration starts to write a connection to the cache: on the caller's thread if the
   *     flag is set, else on another
   * @param overtaken is told of a connection, with its ETID, that another one took over before it
   *     was written
   * @param thread tells those that need not wait; holds no lock
   */
  UidTurns(
      BiFunction<ClientEntry, Boolean, CompletionStage<ClientEntry>> registration,
      UnaryOperator<ClientEntry> overtaken,
      Executor thread) {
    this.registration = registration;
    this.overtaken = overtaken;
    this.thread = thread;
  }

  /** A connection that waits for its entry. */
  private record Waiting(ClientEntry candidate, CompletableFuture<ClientEntry> registered) {

    private void end(ClientEntry entry, Throwable failure) {
      if (failure == null) {
        registered.complete(entry);
      } else {
        registered.completeExceptionally(failure);
      }
    }
  }

  /** One UID; guarded by the map's operations on it. */
  private static final class Turn {

    private final Deque<Waiting> overtaken = new ArrayDeque<>(0);
    private Waiting next;

    /** Returns the one that waits too long, if there is one. */
    private Waiting add(Waiting latest) {
      if (next != null) {
        overtaken.add(next);
      }
      next = latest;
      return overtaken.size() > MAX_OVERTAKEN ? overtaken.poll() : null;
    }
  }

  /**
   * Registers a connection when it is its turn, on the caller's thread if that is now; completes
   * with its entry. The caller holds no lock.
   */
  CompletionStage<ClientEntry> add(ClientEntry candidate) {
    Waiting mine = new Waiting(candidate, new CompletableFuture<>());
    boolean[] first = {false};
    Waiting[] surplus = {null};
    turns.compute(
        candidate.uid(),
        (uid, there) -> {
          first[0] = there == null;
          Turn turn = there == null ? new Turn() : there;
          surplus[0] = turn.add(mine);
          return turn;
        });
    if (first[0]) {
      next(candidate.uid(), true);
    }
    Waiting early = surplus[0];
    if (early != null) {
      thread.execute(() -> lose(early, early.candidate()));
    }
    return mine.registered();
  }

  /**
   * The next one's turn.
   *
   * @param here false from the end of the one before: a row of writes that end at once must not
   *     nest
   */
  private void next(String uid, boolean here) {
    Deque<Waiting> before = new ArrayDeque<>(0);
    Waiting[] next = {null};
    turns.computeIfPresent(
        uid,
        (key, turn) -> {
          next[0] = turn.next;
          turn.next = null;
          before.addAll(turn.overtaken);
          turn.overtaken.clear();
          return next[0] == null ? null : turn;
        });
    Waiting latest = next[0];
    if (latest != null) {
      // what throws ends the turn as well: else no client could have the UID any more
      CompletableFuture.completedStage(latest.candidate())
          .thenCompose(candidate -> registration.apply(candidate, here))
          .whenComplete(
              (entry, failure) -> {
                for (Waiting each : before) {
                  if (failure == null) {
                    lose(each, each.candidate().withEtid(entry.etid()));
                  } else {
                    each.end(null, failure);
                  }
                }
                latest.end(entry, failure);
                next(uid, false);
              });
    }
  }

  private void lose(Waiting lost, ClientEntry entry) {
    CompletableFuture.completedStage(entry).thenApply(overtaken).whenComplete(lost::end);
  }
}
