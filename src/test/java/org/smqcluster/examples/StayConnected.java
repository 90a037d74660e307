package org.smqcluster.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.smqcluster.client.SendPolicy;
import org.smqcluster.client.SmqClient;
import org.smqcluster.client.SmqException;

/**
 * A device that has a name, several brokers to go to, and something to do whenever it is connected
 * anew. Subscriptions come back by themselves.
 */
public final class StayConnected {

  private StayConnected() {}

  public static void main(String... urls) throws InterruptedException {
    CountDownLatch announced = new CountDownLatch(1);
    SmqClient.Listener listener =
        new SmqClient.Listener() {
          @Override
          public void onConnect(SmqClient client) {
            System.out.println("connected to " + client.address());
            announce(client);
          }

          @Override
          public void onReconnect(SmqClient client) {
            System.out.println("went on at " + client.address());
            announce(client);
          }

          @Override
          public void onDisconnect(SmqClient client, SmqException cause, boolean willReconnect) {
            System.out.println(cause.getMessage() + (willReconnect ? ", trying others" : ""));
          }

          private void announce(SmqClient client) {
            client.publish("/devices", client.uid().getBytes(UTF_8));
            announced.countDown();
          }
        };
    try (SmqClient client =
        SmqClient.builder(Brokers.of(urls))
            .uid("example-device")
            .info("an example")
            // a device without a connection need not remember what it wanted to send
            .queueOffline(false)
            .sendBuffer(64 * 1024, SendPolicy.FAIL)
            // leave a broker that gives no sign of life after 10 + 5 seconds
            .ping(Duration.ofSeconds(10), Duration.ofSeconds(5))
            .backoff(Duration.ofMillis(250), Duration.ofSeconds(10))
            .listener(listener)
            .start()) {
      client.subscribe("/orders", order -> System.out.println("told to " + order.text()));
      announced.await();
    }
  }
}
