package org.smqcluster.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notices when this node's writes to the caches no longer end: then it is stuck, lets no client in,
 * and makes the others wait for it. A try ends, well or badly, within the time to wait for a key's
 * lock and then for the other nodes: 10 s and 15 s ({@link CacheSettings}). So a node is stuck if
 * tries are under way and none has ended for 30 s, or if one has not for 60 s (a repair may be two
 * writes). There is always one before long: a node tells its figures every two seconds.
 *
 * <p>Time is counted in ticks of a thread of its own: it stands still while the process does, and
 * goes on when all other threads wait.
 */
final class WriteWatch {

  /** Seconds without the end of any try. */
  static final int STALL_SECONDS = 30;

  /** Seconds without the end of one try. */
  static final int TRY_SECONDS = 60;

  private static final long TICK_MILLIS = 1000;

  private final Map<Object, Long> underWay = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "smq-cluster-watch");
  private volatile long ticks;
  private volatile long lastEnd;
  private volatile boolean stuck;
  private volatile Runnable action = () -> {};

  WriteWatch() {
    thread.setDaemon(true);
  }

  /** Begins to count. */
  void start() {
    thread.start();
  }

  void stop() {
    thread.interrupt();
  }

  /**
   * Sets what is done, once, when the node is stuck. It runs on the watch's thread, and at once if
   * the node is stuck already.
   */
  void whenStuck(Runnable run) {
    synchronized (thread) {
      action = run;
      if (!stuck) {
        return;
      }
    }
    run.run();
  }

  /** A try waits for the thread where writes begin, which may be stuck itself. */
  void waits() {
    if (waiting.getAndIncrement() == 0 && underWay.isEmpty()) {
      lastEnd = ticks;
    }
  }

  /** A try that waited begins; returns what {@link #ended} takes. */
  Object began() {
    Object attempt = new Object();
    underWay.put(attempt, ticks);
    waiting.decrementAndGet();
    return attempt;
  }

  /** A try that waits will not begin. */
  void givenUp() {
    waiting.decrementAndGet();
  }

  void ended(Object attempt) {
    underWay.remove(attempt);
    lastEnd = ticks;
  }

  /** Whether the writes have stopped to end; stays true. */
  boolean isStuck() {
    return stuck;
  }

  /** How long the oldest try is under way, or waits while none ends; zero if there is none. */
  Duration oldest() {
    long now = ticks;
    long stalled = waiting.get() > 0 ? now - lastEnd : 0;
    return Duration.ofSeconds(
        underWay.values().stream().mapToLong(began -> now - began).reduce(stalled, Math::max));
  }

  /** Counts a second. */
  void tick() {
    long now = ++ticks;
    boolean busy = waiting.get() > 0 || !underWay.isEmpty();
    boolean stalled = busy && now - lastEnd >= STALL_SECONDS;
    if (stuck || !stalled && oldest().toSeconds() < TRY_SECONDS) {
      return;
    }
    Runnable run;
    synchronized (thread) {
      stuck = true;
      run = action;
    }
    run.run();
  }

  private void run() {
    try {
      while (!stuck) {
        Thread.sleep(TICK_MILLIS);
        tick();
      }
    } catch (InterruptedException e) {
      // the node has left
    }
  }
}
