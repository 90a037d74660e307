package org.smqcluster.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.Await;

/** Subscriptions as {@link Flow.Publisher}, against the real broker. */
class FlowTest {

  private final InProcessBroker broker = InProcessBroker.start();
  private final SmqClient client = SmqClient.builder(broker.url()).start();
  private final SmqClient sender = SmqClient.builder(broker.url()).start();
  private final ClientRecorder events = new ClientRecorder();

  @AfterEach
  void endAll() {
    client.close();
    sender.close();
    broker.close();
  }

  /** Notes its signals; demands nothing by itself. */
  private final class Noting implements Flow.Subscriber<Message> {
    private volatile Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      events.note("subscribed");
    }

    @Override
    public void onNext(Message message) {
      events.note(message.text());
    }

    @Override
    public void onError(Throwable cause) {
      events.note("error " + cause.getMessage());
    }

    @Override
    public void onComplete() {
      events.note("complete");
    }
  }

  private Noting subscribe(String topic) throws Exception {
    Noting subscriber = new Noting();
    client.messages(topic).subscribe(subscriber);
    events.expect("subscribed");
    awaitSubscribers(topic, 1);
    return subscriber;
  }

  private void awaitSubscribers(String topic, int count) {
    Await.until(
        count + " subscribers",
        Duration.ofSeconds(5),
        () -> broker.broker().topics().find(topic).orElseThrow().localSubscribers() == count);
  }

  private void send(String topic, int from, int to) {
    for (int i = from; i <= to; i++) {
      sender.publish(topic, ("" + i).getBytes(UTF_8));
    }
  }

  @Test
  void aSubscriberGetsWhatItDemandsAndTheRestWhenItDemandsMore() throws Exception {
    Noting subscriber = subscribe("a");
    subscriber.subscription.request(2);
    send("a", 1, 4);
    events.expect("1");
    events.expect("2");
    subscriber.subscription.request(1);
    events.expect("3");
    subscriber.subscription.request(Long.MAX_VALUE);
    events.expect("4");
    send("a", 5, 5);
    events.expect("5");
  }

  @Test
  void aSubscriberWithoutDemandHoldsUpTheClientAndLosesNothing() throws Exception {
    Noting subscriber = subscribe("a");
    send("a", 1, 1000);
    for (int i = 1; i <= 1000; i++) {
      subscriber.subscription.request(1);
      events.expect("" + i);
    }
  }

  @Test
  void cancellingEndsTheSubscriptionAtTheBroker() throws Exception {
    Noting subscriber = subscribe("a");
    subscriber.subscription.cancel();
    awaitSubscribers("a", 0);
  }

  @Test
  void closingTheClientCompletesTheSubscriber() throws Exception {
    subscribe("a");
    client.close();
    events.expect("complete");
  }

  @Test
  void aDemandBelowOneIsAnError() throws Exception {
    Noting subscriber = subscribe("a");
    subscriber.subscription.request(0);
    events.expect("error a demand of 0");
    awaitSubscribers("a", 0);
  }
}
