package org.smqcluster.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stage that the event thread completes. Waiting for it on that thread would never end, so it is
 * refused there.
 */
final class EventFuture<T> extends CompletableFuture<T> {

  private final EventThread events;

  EventFuture(EventThread events) {
    this.events = events;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new EventFuture<>(events);
  }

  @Override
  public T join() {
    refuseToWait();
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    refuseToWait();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    refuseToWait();
    return super.get(timeout, unit);
  }

  private void refuseToWait() {
    if (!isDone() && events.isCurrent()) {
      throw new IllegalStateException(
          "a handler may not wait for an answer that only its own thread can bring");
    }
  }
}
