package org.smqcluster.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Makes the writes of this node to the caches: on a thread of its own, so that no caller's lock is
 * held when the listeners run, unless the caller says that it holds none; and again where one fails
 * while nodes come and go. Tables write through {@link KeyWrites}, which keeps the writes of a key
 * apart.
 */
final class CacheWrites {

  /**
   * Tries in flight at a time; further ones wait. It bounds what the pools of all nodes have to
   * queue, and keeps the bytes that wait for other nodes below the credits of JGroups' flow control
   * (4 MB), so that no thread of Infinispan has to wait for credits.
   */
  static final int WINDOW = 256;

  /** The same for shared records, of which a client may cause as many at once as a map may hold. */
  static final int RECORDS_WINDOW = 32;

  private static final int TRIES = 4;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final Executor thread;
  private final ScheduledExecutorService timer;
  private final WriteWatch watch;
  private final Semaphore window;

  /**
   * @param thread where writes begin; waits while the window is full
   * @param timer brings them there again after a pause
   * @param watch is told of every try
   * @param window tries in flight at a time; further ones wait
   */
  CacheWrites(Executor thread, ScheduledExecutorService timer, WriteWatch watch, int window) {
    this.thread = thread;
    this.timer = timer;
    this.watch = watch;
    this.window = new Semaphore(window);
  }

  /** Starts the write soon. It must be harmless to make it twice. */
  <T> CompletionStage<T> submit(Supplier<? extends CompletionStage<T>> write) {
    CompletableFuture<T> done = new CompletableFuture<>();
    run(() -> attempt(write, 1, done), done);
    return done;
  }

  /**
   * As {@link #submit}, but starts the write on the caller's thread if less than a window is under
   * way: no thread need be woken for it, and for what it completes. The caller holds no lock, and
   * bounds how deep writes that start others on their completion are nested.
   */
  <T> CompletionStage<T> submitHere(Supplier<? extends CompletionStage<T>> write) {
    if (!window.tryAcquire()) {
      return submit(write);
    }
    watch.waits();
    CompletableFuture<T> done = new CompletableFuture<>();
    beginInWindow(write).whenComplete((result, failure) -> end(write, 1, done, result, failure));
    return done;
  }

  /** Runs a short task on the timer's thread; false if the node has left. */
  boolean later(Runnable task, long delayMillis) {
    try {
      timer.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /**
   * Runs a short task on the thread where writes begin, holding no lock; does nothing if the node
   * has left.
   */
  void execute(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // what the task is for has ended with the node
    }
  }

  private <T> void attempt(
      Supplier<? extends CompletionStage<T>> write, int number, CompletableFuture<T> done) {
    begin(write).whenComplete((result, failure) -> end(write, number, done, result, failure));
  }

  private <T> void end(
      Supplier<? extends CompletionStage<T>> write,
      int number,
      CompletableFuture<T> done,
      T result,
      Throwable failure) {
    if (failure == null) {
      done.complete(result);
    } else if (number == TRIES) {
      done.completeExceptionally(failure);
    } else {
      again(() -> attempt(write, number + 1, done), FIRST_PAUSE_MILLIS << number, done);
    }
  }

  private <T> CompletionStage<T> begin(Supplier<? extends CompletionStage<T>> write) {
    try {
      if (!window.tryAcquire(WriteWatch.STALL_SECONDS, TimeUnit.SECONDS)) {
        watch.givenUp();
        return CompletableFuture.failedStage(new TimeoutException("no write ends"));
      }
    } catch (InterruptedException e) {
      watch.givenUp();
      Thread.currentThread().interrupt();
      return CompletableFuture.failedStage(left(e));
    }
    return beginInWindow(write);
  }

  private <T> CompletionStage<T> beginInWindow(Supplier<? extends CompletionStage<T>> write) {
    Object attempt = watch.began();
    CompletionStage<T> stage;
    try {
      stage = write.get();
    } catch (RuntimeException | Error e) {
      // the codec of a shared map is the application's
      stage = CompletableFuture.failedStage(e);
    }
    return stage.whenComplete(
        (result, failure) -> {
          watch.ended(attempt);
          window.release();
        });
  }

  private void run(Runnable task, CompletableFuture<?> done) {
    watch.waits();
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      watch.givenUp();
      done.completeExceptionally(left(e));
    }
  }

  private void again(Runnable task, long delayMillis, CompletableFuture<?> done) {
    if (!later(() -> run(task, done), delayMillis)) {
      done.completeExceptionally(left(null));
    }
  }

  static IllegalStateException left(Throwable cause) {
    return new IllegalStateException("the node has left the cluster", cause);
  }
}
