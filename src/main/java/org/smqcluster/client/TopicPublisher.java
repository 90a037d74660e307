package org.smqcluster.client;

import java.util.ArrayDeque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.smqcluster.client.SmqException.Kind;

/**
 * The messages of a topic for {@link Flow} subscribers; each has a subscription of its own. Java's
 * SubmissionPublisher is none for this: it would wait, on the event thread, for room that only a
 * delivery on the event thread makes.
 *
 * @param subtopic null for the messages of all
 */
record TopicPublisher(ClientCalls calls, EventThread events, String topic, String subtopic)
    implements Flow.Publisher<Message> {

  private static final int BUFFER = 256;

  /** Subscribes; {@code onSubscribe} is called when the broker has confirmed. */
  @Override
  public void subscribe(Flow.Subscriber<? super Message> subscriber) {
    Stream stream = new Stream(subscriber);
    CompletionStage<Integer> subscribed =
        subtopic == null
            ? calls.subscribe(topic, stream)
            : calls.subscribe(topic, subtopic, stream);
    subscribed.whenComplete(
        (tid, failure) -> {
          stream.start();
          if (failure != null) {
            stream.onEnd(cause(failure));
          }
        });
  }

  private static SmqException cause(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof SmqException known
        ? known
        : new SmqException(Kind.DENIED, "not subscribed", failure);
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
    private boolean started;
    private SmqException endedBy;

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
        calls.unsubscribe(topic, this);
      }
    }

    private void start() {
      EventThread.guard(() -> subscriber.onSubscribe(this));
      SmqException cause;
      synchronized (this) {
        started = true;
        cause = endedBy;
      }
      if (cause != null) {
        signalEnd(cause);
      }
    }

    @Override
    public void onEnd(SmqException cause) {
      synchronized (this) {
        if (!started) {
          endedBy = cause;
          return;
        }
      }
      signalEnd(cause);
    }

    private void signalEnd(SmqException cause) {
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
