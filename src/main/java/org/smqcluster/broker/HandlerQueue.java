package org.smqcluster.broker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Messages that wait for the handlers of application code, which run one after the other on an
 * executor. Bounded, and nothing blocks: of messages of which each counts the newest is refused; of
 * messages that tell a state the newest replaces the one before it, so that neither a flood nor a
 * slow handler makes the state that the handler knows wrong. Each of the two has bounds of its own.
 * Thread-safe.
 */
final class HandlerQueue {

  /** Messages of each of the two at a time. */
  static final int MAX_WAITING = 10_000;

  /** Bytes of payload that they have together, likewise. */
  static final long MAX_WAITING_BYTES = 16L * 1024 * 1024;

  private final Executor executor;
  private final Consumer<Throwable> failed;

  /** Waiting calls by their state's key, or by themselves; ordered by their newest event. */
  private final Map<Object, Waiting> waiting = new LinkedHashMap<>();

  private final Room events = new Room();
  private final Room states = new Room();
  private boolean running;

  /**
   * @param failed is told what a handler throws
   */
  HandlerQueue(Executor executor, Consumer<Throwable> failed) {
    this.executor = executor;
    this.failed = failed;
  }

  private record Waiting(Runnable task, int bytes, Room room) {}

  /** What waits, of one kind. */
  private static final class Room {

    private int messages;
    private long bytes;

    private boolean add(int more) {
      if (messages >= MAX_WAITING || bytes + more > MAX_WAITING_BYTES) {
        return false;
      }
      messages++;
      bytes += more;
      return true;
    }

    private void remove(int fewer) {
      messages--;
      bytes -= fewer;
    }
  }

  /** Runs a task after all that wait; false if too many do. */
  boolean put(Runnable task, int bytes) {
    return put(task, new Waiting(task, bytes, events));
  }

  /**
   * Runs a task after all that wait, in the place of one that has the same key and waits; false if
   * too many others do.
   */
  boolean putLatest(Object key, Runnable task, int bytes) {
    return put(key, new Waiting(task, bytes, states));
  }

  private boolean put(Object key, Waiting task) {
    synchronized (waiting) {
      Waiting before = waiting.remove(key);
      if (before != null) {
        before.room().remove(before.bytes());
      }
      if (!task.room().add(task.bytes())) {
        return false;
      }
      waiting.put(key, task);
      if (running) {
        return true;
      }
      running = true;
    }
    return execute() || task.room() == states || isTakenBack(key, task);
  }

  private boolean execute() {
    try {
      executor.execute(this::drain);
      return true;
    } catch (RejectedExecutionException e) {
      synchronized (waiting) {
        // what waits goes on with the next that is let in
        running = false;
      }
      return false;
    }
  }

  /** Takes back a message whose executor is full; returns whether it is too late for that. */
  private boolean isTakenBack(Object key, Waiting task) {
    synchronized (waiting) {
      if (!waiting.remove(key, task)) {
        return true;
      }
      task.room().remove(task.bytes());
      return false;
    }
  }

  /** Handles what waits, and lets others have the executor in between. */
  private void drain() {
    for (int n = 0; n < MAX_WAITING; n++) {
      if (!handleNext()) {
        return;
      }
    }
    synchronized (waiting) {
      if (waiting.isEmpty()) {
        running = false;
        return;
      }
    }
    execute();
  }

  private boolean handleNext() {
    Waiting next;
    synchronized (waiting) {
      var first = waiting.values().iterator();
      if (!first.hasNext()) {
        running = false;
        return false;
      }
      next = first.next();
      first.remove();
      next.room().remove(next.bytes());
    }
    try {
      next.task().run();
    } catch (RuntimeException | Error e) {
      failed.accept(e);
    }
    return true;
  }
}
