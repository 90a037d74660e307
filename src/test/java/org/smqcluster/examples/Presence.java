package org.smqcluster.examples;

import java.util.concurrent.CountDownLatch;
import org.smqcluster.client.SmqClient;

/** Observes a topic's subscribers and another client's presence, without any message. */
public final class Presence {

  private Presence() {}

  public static void main(String... urls) throws InterruptedException {
    CountDownLatch gone = new CountDownLatch(1);
    try (SmqClient observer = SmqClient.builder(Brokers.of(urls)).start()) {
      int tid = observer.create("/room").toCompletableFuture().join();
      observer.observe(tid, count -> System.out.println(count + " in the room"));

      try (SmqClient visitor = SmqClient.builder(Brokers.of(urls)).start()) {
        visitor.subscribe("/room", message -> {}).toCompletableFuture().join();
        observer.observe(
            visitor.etid(),
            count -> {
              System.out.println("the visitor has gone");
              gone.countDown();
            });
        // asks the broker, so the observation stands before the visitor goes
        observer.create("/room/next").toCompletableFuture().join();
      }
      gone.await();
    }
  }
}
