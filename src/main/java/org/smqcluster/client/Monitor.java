package org.smqcluster.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The one lock around a client's state. Foreign code never runs under it: calls of handlers and
 * completions of stages that become due are made on the event thread when the lock is free again.
 */
final class Monitor {

  private final ReentrantLock lock = new ReentrantLock();
  private final EventThread events;
  private List<Runnable> due = new ArrayList<>();

  Monitor(EventThread events) {
    this.events = events;
  }

  /** Runs the action under the lock. Any thread. */
  void run(Runnable action) {
    call(
        () -> {
          action.run();
          return null;
        });
  }

  /** Runs the action under the lock and gives back its result. Any thread. */
  <T> T call(Supplier<T> action) {
    lock.lock();
    List<Runnable> calls = List.of();
    try {
      return action.get();
    } finally {
      if (!due.isEmpty()) {
        calls = due;
        due = new ArrayList<>();
      }
      lock.unlock();
      makeDue(calls);
    }
  }

  private void makeDue(List<Runnable> calls) {
    boolean here = events.isCurrent();
    for (Runnable call : calls) {
      if (here) {
        EventThread.guard(call);
      } else {
        events.execute(() -> EventThread.guard(call));
      }
    }
  }

  /** Has foreign code called when the lock is free; for holders of the lock. */
  void later(Runnable call) {
    due.add(call);
  }

  /** Completes these, as {@link #later}. */
  <T> void complete(List<EventFuture<T>> answers, T value) {
    answers.forEach(answer -> later(() -> answer.complete(value)));
  }

  /** Fails these, as {@link #later}. */
  <T> void fail(List<EventFuture<T>> answers, SmqException cause) {
    answers.forEach(answer -> later(() -> answer.completeExceptionally(cause)));
  }

  Condition newCondition() {
    return lock.newCondition();
  }
}
