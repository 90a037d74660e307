package org.smqcluster.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.broker.spi.Scope;
import org.smqcluster.broker.spi.Selection;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet.Publish;

/**
 * A client inside the broker's process (SMQ sections 3.11 and 4): application code publishes,
 * subscribes and observes through it, and answers to ETID 1. Thread-safe. Handlers run on the
 * executor, one after the other, in the order the messages came; what they throw is logged. What
 * waits for them is bounded: see {@link Selection} for what happens beyond.
 */
public final class BrokerClient {

  private final TopicTable topics;
  private final Router router;
  private final HandlerQueue queue;
  private final Set<End> open = ConcurrentHashMap.newKeySet();
  private final Map<String, List<Consumer<Message>>> selfHandlers = new ConcurrentHashMap<>();
  private final Object turn = new Object();

  /** Number of the last message; the high bits tell this client from those of other nodes. */
  private final AtomicLong number =
      new AtomicLong(
          (ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE)
              >>> PublisherNumbers.OWN_BITS
              << PublisherNumbers.OWN_BITS);

  private CompletableFuture<Void> lastRouted = CompletableFuture.completedFuture(null);

  BrokerClient(TopicTable topics, Router router, BrokerLog log, Executor executor) {
    this.topics = topics;
    this.router = router;
    this.queue = new HandlerQueue(executor, log::handlerFailed);
    router.self(new Subscriber(this::dispatchSelf));
  }

  /**
   * Publishes to a topic, creating topic and sub-topic where needed.
   *
   * @return completes when the message is on its way
   */
  public CompletionStage<Void> publish(String topic, Optional<String> subtopic, byte[] payload) {
    return route(
        topics
            .resolve(topic)
            .thenCombine(
                subtid(subtopic),
                (resolved, subtid) -> Publish.of(resolved.tid(), Ids.BROKER, subtid, payload)));
  }

  /** Publishes to one client, on whatever node, or to any id. */
  public CompletionStage<Void> publishTo(int tid, Optional<String> subtopic, byte[] payload) {
    return route(
        subtid(subtopic).thenApply(subtid -> Publish.of(tid, Ids.BROKER, subtid, payload)));
  }

  private CompletionStage<Integer> subtid(Optional<String> subtopic) {
    return subtopic
        .map(topics::createSubtopic)
        .orElseGet(() -> CompletableFuture.completedStage(Ids.NONE));
  }

  /** Routes in the order of the calls, also if a later call's names are resolved earlier. */
  private CompletionStage<Void> route(CompletionStage<Publish> settling) {
    CompletableFuture<Publish> message = settling.toCompletableFuture();
    synchronized (turn) {
      if (!lastRouted.isDone() || !message.isDone()) {
        lastRouted =
            lastRouted
                .handle((done, failure) -> null)
                .thenCompose(previous -> message)
                .thenAccept(this::route);
        return lastRouted;
      }
    }
    return message.thenAccept(this::route);
  }

  private void route(Publish message) {
    message.encoded().number(number.incrementAndGet());
    router.publish(message, UnpausableSource.INSTANCE);
  }

  /**
   * Subscribes to a topic.
   *
   * @param handler gets every message of the topic
   * @return completes when all nodes know, with what ends the subscription
   */
  public CompletionStage<Runnable> subscribe(String topic, Scope scope, Consumer<Message> handler) {
    return subscribe(topic, scope, Selection.ALL, handler);
  }

  /**
   * Subscribes to some of a topic's messages.
   *
   * @param handler gets those that the selection lets through
   * @return completes when all nodes know, with what ends the subscription
   */
  public CompletionStage<Runnable> subscribe(
      String topic, Scope scope, Selection selection, Consumer<Message> handler) {
    return topics
        .resolve(topic)
        .thenCompose(resolved -> subscribe(resolved, scope, selection, handler));
  }

  private CompletionStage<Runnable> subscribe(
      TopicState topic, Scope scope, Selection selection, Consumer<Message> handler) {
    Optional<String> name = Optional.of(topic.name());
    Subscriber subscriber = new Subscriber(message -> select(message, name, selection, handler));
    Subscription subscription = new Subscription(subscriber, scope == Scope.CLUSTER);
    KeptTopic kept = subscription.counted ? topic.kept() : null;
    if (kept != null) {
      subscription.liveSince = 0;
    }
    topic.subscribe(subscription);
    End end = new End(() -> topic.unsubscribe(subscription));
    return subscription
        .known
        .<Runnable>thenApply(
            known -> {
              if (kept != null) {
                kept.subscribed(subscription, () -> {});
              }
              return end;
            })
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                end.run();
              }
            });
  }

  /** Handles what is sent to the broker's own ETID under a sub-topic, or without one. */
  public void subscribeSelf(Optional<String> subtopic, Consumer<Message> handler) {
    selfHandlers
        .computeIfAbsent(subtopic.orElse(""), s -> new CopyOnWriteArrayList<>())
        .add(handler);
  }

  /** Observes a topic's subscriber count, or an ETID's end (SMQ section 3.7). */
  public CompletionStage<Runnable> observe(String topic, IntConsumer handler) {
    return topics
        .resolve(topic)
        .thenApply(
            resolved -> {
              Observer observer = (id, count) -> queue.put(() -> handler.accept(count), 0);
              resolved.observe(observer);
              return new End(() -> resolved.unobserve(observer));
            });
  }

  /** Ends all subscriptions and observations. */
  public void close() {
    router.self(null);
    selfHandlers.clear();
    open.forEach(End::run);
  }

  /** Ends a subscription or an observation, once. */
  private final class End implements Runnable {

    private final Runnable action;

    End(Runnable action) {
      this.action = action;
      open.add(this);
    }

    @Override
    public void run() {
      if (open.remove(this)) {
        action.run();
      }
    }
  }

  /** How many subscriptions and observations there are. */
  int open() {
    return open.size();
  }

  private boolean dispatchSelf(Publish message) {
    String subtopic = topics.subtopic(message.subtid()).orElse("");
    List<Consumer<Message>> handlers = selfHandlers.get(subtopic);
    if (handlers == null || handlers.isEmpty()) {
      return true;
    }
    boolean accepted = true;
    for (Consumer<Message> handler : handlers) {
      accepted &= enqueue(message, Optional.empty(), handler);
    }
    return accepted;
  }

  private boolean select(
      Publish message, Optional<String> topic, Selection selection, Consumer<Message> handler) {
    if (selection.subtopic().isPresent()
        && !selection.subtopic().equals(topics.subtopic(message.subtid()))) {
      return true;
    } else if (!selection.latest()) {
      return enqueue(message, topic, handler);
    }
    return queue.putLatest(
        State.of(selection.keyBytes(), handler, message),
        task(message, topic, handler),
        message.encoded().rawLength());
  }

  private boolean enqueue(Publish message, Optional<String> topic, Consumer<Message> handler) {
    return queue.put(task(message, topic, handler), message.encoded().rawLength());
  }

  private Runnable task(Publish message, Optional<String> topic, Consumer<Message> handler) {
    return () ->
        handler.accept(
            new Message(
                topic, topics.subtopic(message.subtid()), message.ptid(), message.payload()));
  }

  /**
   * Identifies the state that a message reports, for one handler: a later message of the same state
   * replaces one that waits.
   */
  private record State(Object handler, int publisher, int subtid, long key, int keyLength) {

    static State of(int keyBytes, Object handler, Publish message) {
      byte[] payload = message.payload();
      int length = Math.min(keyBytes, payload.length);
      long key = 0;
      for (int i = 0; i < length; i++) {
        key = key << Byte.SIZE | payload[i] & 0xFF;
      }
      return new State(handler, message.ptid(), message.subtid(), key, length);
    }
  }

  /** Passes messages to a handler; it has no outbox and pauses no publisher. */
  private record Subscriber(Predicate<Publish> handler) implements Receiver {

    @Override
    public Outbox.Offer deliver(Publish message) {
      return handler.test(message) ? Outbox.Offer.ACCEPTED : Outbox.Offer.FULL;
    }

    @Override
    public Outbox outbox() {
      return null;
    }
  }
}
