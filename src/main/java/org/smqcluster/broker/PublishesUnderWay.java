package org.smqcluster.broker;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static final long NEXT = 1 << 16;
  private static final long DEPTH = NEXT - 1;

  private record Awaited(AtomicLong turn, WeakReference<Thread> thread, long ended) {

    private boolean isUnderWay() {
      return turn.get() / NEXT == ended && !isOver(thread);
    }
  }

  /** The turn of each thread that has published. */
  private final Map<AtomicLong, WeakReference<Thread>> turns = new ConcurrentHashMap<>();

  /**
   * A thread's turn, which it alone changes: how many publishes have ended, and in the low bits how
   * many are under way within each other. An object of a class of Java's own: threads of the server
   * keep it when the application is undeployed.
   */
  private final ThreadLocal<AtomicLong> own = ThreadLocal.withInitial(this::newThread);

  private AtomicLong newThread() {
    AtomicLong turn = new AtomicLong();
    turns.put(turn, new WeakReference<>(Thread.currentThread()));
    return turn;
  }

  private static boolean isOver(WeakReference<Thread> thread) {
    Thread owner = thread.get();
    return owner == null || !owner.isAlive();
  }

  /** A publish begins on this thread; one within another is part of it. Its end must follow. */
  AtomicLong begin() {
    AtomicLong turn = own.get();
    long value = turn.getPlain();
    if ((value & DEPTH) == 0) {
      // a full fence: what the publish reads, it reads after this is seen
      turn.set(value + 1);
    } else {
      turn.setPlain(value + 1);
    }
    return turn;
  }

  /** The publish ends that has begun last on this thread. */
  static void end(AtomicLong turn) {
    long value = turn.getPlain() - 1;
    turn.lazySet((value & DEPTH) == 0 ? value + NEXT : value);
  }

  /** Completes when all publishes that have begun by now have ended. */
  CompletionStage<Void> settled() {
    turns.values().removeIf(PublishesUnderWay::isOver);
    List<Awaited> awaited = new ArrayList<>();
    turns.forEach(
        (turn, thread) -> {
          long value = turn.get();
          if ((value & DEPTH) != 0) {
            awaited.add(new Awaited(turn, thread, value / NEXT));
          }
        });
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
