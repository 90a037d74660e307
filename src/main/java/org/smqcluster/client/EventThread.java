package org.smqcluster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * The one thread on which a client's handlers run, in the order in which things happened. Received
 * packets that wait for it are bounded in bytes: the reader waits, and so, by TCP, does the broker.
 */
final class EventThread implements Executor {

  private static final Logger LOG = System.getLogger(EventThread.class.getName());

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final int capacity;
  private final Semaphore room;
  private final Thread thread;
  private boolean running = true;

  /**
   * @param capacity bytes of received packets that may wait
   */
  EventThread(String name, int capacity) {
    this.capacity = capacity;
    this.room = new Semaphore(capacity);
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Runs the task after those that wait. Tasks behind {@link #stop()} are dropped. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Waits until there is room for these bytes, then runs the task. */
  void executeBounded(int bytes, Runnable task) throws InterruptedException {
    int permits = Math.min(bytes, capacity);
    room.acquire(permits);
    tasks.add(
        () -> {
          try {
            task.run();
          } finally {
            room.release(permits);
          }
        });
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Ends the thread when it has run what waits now. */
  void stop() {
    tasks.add(() -> running = false);
  }

  /** Waits for the thread's end, at most this many milliseconds. */
  void join(long millis) throws InterruptedException {
    thread.join(millis);
  }

  /** Runs foreign code: what it throws is logged and goes no further. */
  static void guard(Runnable foreign) {
    try {
      foreign.run();
    } catch (Throwable e) {
      // an Error too: a failed assertion of one handler must not end the others
      LOG.log(Level.WARNING, "A message handler failed", e);
    }
  }

  private void run() {
    while (running) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        LOG.log(Level.DEBUG, "interrupted by a handler; going on");
      } catch (Throwable e) {
        LOG.log(Level.ERROR, "An event of the client failed", e);
      }
    }
  }
}
