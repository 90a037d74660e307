package org.smqcluster.broker;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells when the publishes that have begun by a moment have ended. A publish reads without a lock
 * which nodes and receivers a message goes to, and offers it to them afterwards; what changes in
 * between has to wait for it before it may rely on the change. Costs a publish two writes of a
 * field of its thread.
 */
final class PublishesUnderWay {

  private static final Executor SOON =
      CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, Runnable::run);

  /** Of one thread, the only one that changes them; an odd turn is a publish under way. */
  static final class Turns {

    private final WeakReference<Thread> thread = new WeakReference<>(Thread.currentThread());
    private final AtomicLong turn = new AtomicLong();
    private int depth;

    void end() {
      if (--depth == 0) {
        turn.lazySet(turn.getPlain() + 1);
      }
    }

    private boolean isOver() {
      Thread owner = thread.get();
      return owner == null || !owner.isAlive();
    }
  }

  private record Awaited(Turns turns, long turn) {

    private boolean isUnderWay() {
      return turns.turn.get() == turn && !turns.isOver();
    }
  }

  private final Set<Turns> all = ConcurrentHashMap.newKeySet();
  private final ThreadLocal<Turns> own = ThreadLocal.withInitial(this::newThread);

  private Turns newThread() {
    Turns turns = new Turns();
    all.add(turns);
    return turns;
  }

  /** A publish begins on this thread; one within another is part of it. Its end must follow. */
  Turns begin() {
    Turns mine = own.get();
    if (mine.depth++ == 0) {
      // a full fence: what the publish reads, it reads after this is seen
      mine.turn.set(mine.turn.getPlain() + 1);
    }
    return mine;
  }

  /** Completes when all publishes that have begun by now have ended. */
  CompletionStage<Void> settled() {
    all.removeIf(Turns::isOver);
    List<Awaited> awaited = new ArrayList<>();
    for (Turns turns : all) {
      long turn = turns.turn.get();
      if ((turn & 1) == 1) {
        awaited.add(new Awaited(turns, turn));
      }
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    await(awaited, done);
    return done;
  }

  private static void await(List<Awaited> awaited, CompletableFuture<Void> done) {
    awaited.removeIf(each -> !each.isUnderWay());
    if (awaited.isEmpty()) {
      done.complete(null);
    } else {
      SOON.execute(() -> await(awaited, done));
    }
  }
}
