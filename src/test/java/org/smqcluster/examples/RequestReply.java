package org.smqcluster.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;

/**
 * Finds a client that can do sums by asking a topic, then goes on with that client alone: every
 * message carries its sender's ETID, and an ETID can be published to.
 */
public final class RequestReply {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private RequestReply() {}

  public static void main(String... urls) {
    try (SmqClient server = SmqClient.builder(Brokers.of(urls)).start();
        SmqClient client = SmqClient.builder(Brokers.of(urls)).start()) {
      server.subscribe("/sums", message -> server.reply(message, sum(message)));
      server
          .subscribeDirect("sum", message -> server.reply(message, sum(message)))
          .toCompletableFuture()
          .join();
      server.create("/sums").toCompletableFuture().join();

      client
          .request("/sums", "sum", "1 2 3".getBytes(UTF_8), PATIENCE)
          .thenCompose(
              first -> {
                System.out.println("1 + 2 + 3 = " + first.text());
                return client.request(first.publisher(), "sum", "40 2".getBytes(UTF_8), PATIENCE);
              })
          .thenAccept(second -> System.out.println("40 + 2 = " + second.text()))
          .toCompletableFuture()
          .join();
    }
  }

  private static byte[] sum(Message message) {
    int sum = 0;
    for (String number : message.text().split(" ")) {
      sum += Integer.parseInt(number);
    }
    return String.valueOf(sum).getBytes(UTF_8);
  }
}
