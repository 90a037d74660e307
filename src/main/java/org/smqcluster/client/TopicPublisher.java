package org.smqcluster.client;

import java.util.ArrayDeque;
import java.util.concurrent.Flow;
import org.smqcluster.client.SmqException.Kind;

/** The messages of a topic for {@link Flow} subscribers; each has a subscription of its own. */
final class TopicPublisher implements Flow.Publisher<Message> {

  private static final int BUFFER = 256;

  private final SmqClient client;
  private final EventThread events;
  private final String topic;
  private final String subtopic;

  TopicPublisher(SmqClient client, EventThread events, String topic, String subtopic) {
    this.client = client;
    this.events = events;
    this.topic = topic;
    this.subtopic = subtopic;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Message> subscriber) {
    Stream stream = new Stream(subscriber);
    events.execute(
        () -> {
          EventThread.guard(() -> subscriber.onSubscribe(stream));
          client
              .subscribe(topic, subtopic, stream)
              .whenComplete(
                  (tid, denied) -> {
                    if (denied != null) {
                      stream.onEnd(
                          denied instanceof SmqException cause
                              ? cause
                              : new SmqException(Kind.DENIED, "not subscribed", denied));
                    }
                  });
        });
  }

  /**
   * One subscriber. Its signals are given on the event thread; demand and cancellation come from
   * any thread.
   */
  private final class Stream implements MessageHandler, Flow.Subscription {

    private final Flow.Subscriber<? super Message> subscriber;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private long demand;
    private boolean ended;

    Stream(Flow.Subscriber<? super Message> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void onMessage(Message message) {
      synchronized (this) {
        while (waiting.size() >= BUFFER && demand == 0 && !ended) {
          try {
            wait();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
          }
        }
        waiting.add(message);
      }
      deliver();
    }

    /** Gives what is waiting, as far as it is wanted. Event thread. */
    private void deliver() {
      for (Message next = take(); next != null; next = take()) {
        subscriber.onNext(next);
      }
    }

    private synchronized Message take() {
      if (ended || demand == 0 || waiting.isEmpty()) {
        return null;
      }
      demand--;
      return waiting.remove();
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        cancel();
        events.execute(() -> subscriber.onError(new IllegalArgumentException("a demand of " + n)));
        return;
      }
      synchronized (this) {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        notifyAll();
      }
      events.execute(this::deliver);
    }

    @Override
    public void cancel() {
      if (end()) {
        client.unsubscribe(topic, this);
      }
    }

    @Override
    public void onEnd(SmqException cause) {
      if (end()) {
        if (cause.kind() == Kind.CLOSED) {
          subscriber.onComplete();
        } else {
          subscriber.onError(cause);
        }
      }
    }

    /** Whether this call was the one that ended it. */
    private synchronized boolean end() {
      boolean first = !ended;
      ended = true;
      waiting.clear();
      notifyAll();
      return first;
    }
  }
}
