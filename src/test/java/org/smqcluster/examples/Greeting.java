package org.smqcluster.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.CountDownLatch;
import org.smqcluster.client.SmqClient;

/** Subscribes to a topic and publishes to it: the smallest program there is. */
public final class Greeting {

  private Greeting() {}

  public static void main(String... urls) throws InterruptedException {
    CountDownLatch received = new CountDownLatch(2);
    try (SmqClient client = SmqClient.builder(Brokers.of(urls)).start()) {
      // the handler runs on the client's own thread
      client.subscribe(
          "/greeting",
          message -> {
            System.out.println(message.publisher() + " says " + message.text());
            received.countDown();
          });
      // messages with a sub-topic go to its own handler, if there is one
      client.subscribe(
          "/greeting",
          "farewell",
          message -> {
            System.out.println(message.publisher() + " leaves, saying " + message.text());
            received.countDown();
          });
      // names become ids by themselves, and wait for the connection if need be
      client.publish("/greeting", "hello".getBytes(UTF_8));
      client.publish("/greeting", "farewell", "see you".getBytes(UTF_8));
      received.await();
    }
  }
}
