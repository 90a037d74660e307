package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Notes what a client reports, and lets the test wait for it, 5 s at most. */
final class ClientRecorder implements SmqClient.Listener {

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  void note(String event) {
    events.add(event);
  }

  /** Waits for the next event, which has to be this one. */
  void expect(String event) throws InterruptedException {
    assertEquals(event, events.poll(5, TimeUnit.SECONDS));
  }

  /** Waits for the next event. */
  String next() throws InterruptedException {
    return next(Duration.ofSeconds(5));
  }

  /** Waits for the next event. */
  String next(Duration atMost) throws InterruptedException {
    String event = events.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    assertNotNull(event, () -> "no event in " + atMost);
    return event;
  }

  /** Waits for this event, passing over attempts that failed. */
  void await(String event, Duration atMost) throws InterruptedException {
    String next = next(atMost);
    while (next.startsWith("failed")) {
      next = next(atMost);
    }
    assertEquals(event, next);
  }

  @Override
  public void onConnect(SmqClient client) {
    note("connected " + client.etid());
  }

  @Override
  public void onReconnect(SmqClient client) {
    note("reconnected " + client.etid());
  }

  @Override
  public void onDisconnect(SmqClient client, SmqException cause, boolean willReconnect) {
    note("disconnected " + cause.kind() + (willReconnect ? " again" : " for good"));
  }

  @Override
  public void onAttemptFailed(SmqClient client, String address, Exception cause) {
    note("failed " + cause.getMessage());
  }

  /** The stage's value, awaited for 5 s at most. */
  static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
  }

  /** The exception with which the stage fails. */
  static SmqException failure(CompletionStage<?> stage) {
    CompletionException failed = assertThrows(CompletionException.class, () -> value(stage));
    return (SmqException) failed.getCause();
  }
}
