package org.smqcluster.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.smqcluster.client.Message;
import org.smqcluster.client.SmqClient;

/** Takes messages one by one, as a {@link Flow.Subscriber} that says how many it can bear. */
public final class Stream {

  private Stream() {}

  public static void main(String... urls) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    CountDownLatch received = new CountDownLatch(3);
    try (SmqClient client = SmqClient.builder(Brokers.of(urls)).start()) {
      client
          .messages("/measurements")
          .subscribe(
              new Flow.Subscriber<Message>() {
                private Flow.Subscription subscription;

                @Override
                public void onSubscribe(Flow.Subscription given) {
                  subscription = given;
                  subscription.request(1);
                  ready.countDown();
                }

                @Override
                public void onNext(Message message) {
                  System.out.println("measured " + message.text());
                  received.countDown();
                  subscription.request(1);
                }

                @Override
                public void onError(Throwable cause) {
                  System.out.println("no measurements: " + cause.getMessage());
                }

                @Override
                public void onComplete() {
                  System.out.println("no more measurements");
                }
              });
      ready.await();
      for (int i = 1; i <= 3; i++) {
        client.publish("/measurements", String.valueOf(i * i).getBytes(UTF_8));
      }
      received.await();
    }
  }
}
