package org.smqcluster.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes the writes of this node to the caches: on a thread of its own, so that no caller's lock is
 * held when the listeners run, and again where one fails while nodes come and go.
 */
final class CacheWrites {

  private static final int TRIES = 4;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final Executor thread;
  private final ScheduledExecutorService timer;

  /**
   * Makes them.
   *
   * @param thread where writes begin
   * @param timer brings them there again after a pause
   */
  CacheWrites(Executor thread, ScheduledExecutorService timer) {
    this.thread = thread;
    this.timer = timer;
  }

  /** Starts the write soon. It must be harmless to make it twice. */
  <T> CompletionStage<T> submit(Supplier<? extends CompletionStage<T>> write) {
    CompletableFuture<T> done = new CompletableFuture<>();
    run(() -> attempt(write, 1, done), 0, done);
    return done;
  }

  private <T> void attempt(
      Supplier<? extends CompletionStage<T>> write, int number, CompletableFuture<T> done) {
    CompletionStage<T> stage;
    try {
      stage = write.get();
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedStage(e);
    }
    stage.whenComplete(
        (result, failure) -> {
          if (failure == null) {
            done.complete(result);
          } else if (number == TRIES) {
            done.completeExceptionally(failure);
          } else {
            run(() -> attempt(write, number + 1, done), FIRST_PAUSE_MILLIS << number, done);
          }
        });
  }

  private void run(Runnable task, long delayMillis, CompletableFuture<?> done) {
    try {
      if (delayMillis == 0) {
        thread.execute(task);
      } else {
        timer.schedule(() -> run(task, 0, done), delayMillis, TimeUnit.MILLISECONDS);
      }
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(new IllegalStateException("the node has left the cluster", e));
    }
  }
}
