package org.smqcluster.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.smqcluster.client.PendingRequests.Request;
import org.smqcluster.client.SendQueue.Outgoing;
import org.smqcluster.client.SmqException.Kind;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.ProtocolLimits;

/** What an application asks of its client, brought to the tables and the broker. Any thread. */
abstract class ClientCalls {

  final ClientState tables;

  ClientCalls(ClientState tables) {
    this.tables = tables;
  }

  /** The TID of a topic, which is created if need be. */
  public CompletionStage<Integer> create(String topic) {
    String name = Sendable.name(topic);
    return answered(answer -> tables.topics.ask(name, answer));
  }

  /** The id of a sub-topic, which is created if need be. */
  public CompletionStage<Integer> createSub(String subtopic) {
    String name = Sendable.name(subtopic);
    return answered(answer -> tables.subtopics.ask(name, answer));
  }

  /** The name of a sub-topic that this client has used by name. */
  public Optional<String> subtopicName(int id) {
    return Optional.ofNullable(tables.monitor.call(() -> tables.subtopics.name(id)));
  }

  /**
   * Subscribes to a topic: the handler gets the messages of all sub-topics that have no handler of
   * their own here. Several handlers of the same topic each get the message.
   *
   * @return the TID, when the broker has confirmed: what is published after that arrives
   */
  public CompletionStage<Integer> subscribe(String topic, MessageHandler handler) {
    String name = Sendable.name(topic);
    Objects.requireNonNull(handler);
    return answered(answer -> tables.subscriptions.add(name, null, handler, answer));
  }

  /** Subscribes to a topic for the messages of one sub-topic. */
  public CompletionStage<Integer> subscribe(String topic, String subtopic, MessageHandler handler) {
    String name = Sendable.name(topic);
    Objects.requireNonNull(handler);
    // asked for first, so that the sub-topic is known before the first message comes
    CompletionStage<Integer> known = createSub(subtopic);
    CompletionStage<Integer> subscribed =
        answered(answer -> tables.subscriptions.add(name, subtopic, handler, answer));
    return known
        .whenComplete(
            (id, denied) -> {
              if (denied != null) {
                unsubscribe(topic, handler);
              }
            })
        .thenCombine(subscribed, (id, tid) -> tid);
  }

  /**
   * Takes the messages to this client's own ETID that have no handler by their sub-topic and answer
   * no request. Needs nothing from the broker.
   */
  public void subscribeDirect(MessageHandler handler) {
    takeDirect(null, handler);
  }

  /** Takes the messages of one sub-topic to this client's own ETID, when the stage completes. */
  public CompletionStage<Void> subscribeDirect(String subtopic, MessageHandler handler) {
    takeDirect(Sendable.name(subtopic), handler);
    return createSub(subtopic).thenAccept(id -> {});
  }

  private void takeDirect(String subtopic, MessageHandler handler) {
    Objects.requireNonNull(handler);
    tables.monitor.run(() -> tables.direct = tables.direct.with(subtopic, handler));
  }

  /** Ends all subscriptions of this client to the topic. */
  public void unsubscribe(String topic) {
    unsubscribe(topic, null);
  }

  /** Takes one handler from a topic; with the last one the subscription ends. */
  public void unsubscribe(String topic, MessageHandler handler) {
    tables.monitor.run(() -> tables.subscriptions.remove(topic, handler));
  }

  /**
   * Observes a topic by its TID, or a client by its ETID (SMQ section 3.7). The handler gets the
   * number of subscribers at once and at each change; of a client just 0, when it is gone.
   */
  public void observe(int id, IntConsumer handler) {
    Objects.requireNonNull(handler);
    tables.monitor.run(() -> tables.observations.add(id, handler));
  }

  /** Ends the observation of a topic or a client for all handlers. */
  public void unobserve(int id) {
    tables.monitor.run(() -> tables.observations.remove(id));
  }

  /**
   * Publishes to a topic.
   *
   * @param payload at most 65,520 bytes, must not be changed afterwards
   * @return completes when the message is handed to the connection; the protocol knows no receipt
   * @throws IllegalArgumentException if the payload is longer
   */
  public CompletionStage<Void> publish(String topic, byte[] payload) {
    return send(outgoing(Sendable.name(topic), Ids.NONE, null, Ids.NONE, payload));
  }

  /** Publishes to a topic under a sub-topic; see {@link #publish(String, byte[])}. */
  public CompletionStage<Void> publish(String topic, String subtopic, byte[] payload) {
    return send(
        outgoing(Sendable.name(topic), Ids.NONE, Sendable.name(subtopic), Ids.NONE, payload));
  }

  /** Publishes to a client by its ETID, or a topic by its TID. */
  public CompletionStage<Void> publish(int id, byte[] payload) {
    return send(outgoing(null, id, null, Ids.NONE, payload));
  }

  /** Publishes to an ETID or a TID under a sub-topic. */
  public CompletionStage<Void> publish(int id, String subtopic, byte[] payload) {
    return send(outgoing(null, id, Sendable.name(subtopic), Ids.NONE, payload));
  }

  /** Publishes to an ETID or a TID under a sub-topic by its id. */
  public CompletionStage<Void> publish(int id, int subtopicId, byte[] payload) {
    return send(outgoing(null, id, null, subtopicId, payload));
  }

  /** A message to a topic by name, or if that is null to an id; sub-topic likewise. */
  private Outgoing outgoing(String topic, int id, String subtopic, int subtopicId, byte[] payload) {
    if (payload.length > ProtocolLimits.MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "payload of " + payload.length + " bytes, at most " + ProtocolLimits.MAX_PAYLOAD);
    }
    return new Outgoing(topic, id, subtopic, subtopicId, payload, new EventFuture<>(tables.events));
  }

  private CompletionStage<Void> send(Outgoing message) {
    return tables.monitor.call(() -> tables.queue.add(message));
  }

  /**
   * Asks a client, and awaits its reply: the next message from it to this client's ETID on the same
   * sub-topic, in the order of the requests. The other side answers by {@link #reply}.
   *
   * @param timeout from now, waiting for a connection or an id included
   * @return the reply; fails with {@link SmqException.Kind#TIMEOUT} if none comes in time
   */
  public CompletionStage<Message> request(
      int etid, String subtopic, byte[] payload, Duration timeout) {
    return ask(null, etid, Sendable.name(subtopic), payload, timeout);
  }

  /** As {@link #request(int, String, byte[], Duration)}, without a sub-topic. */
  public CompletionStage<Message> request(int etid, byte[] payload, Duration timeout) {
    return ask(null, etid, null, payload, timeout);
  }

  /** Asks the subscribers of a topic; the first reply of any of them counts. */
  public CompletionStage<Message> request(
      String topic, String subtopic, byte[] payload, Duration timeout) {
    return ask(Sendable.name(topic), Ids.NONE, Sendable.name(subtopic), payload, timeout);
  }

  /** As {@link #request(String, String, byte[], Duration)}, without a sub-topic. */
  public CompletionStage<Message> request(String topic, byte[] payload, Duration timeout) {
    return ask(Sendable.name(topic), Ids.NONE, null, payload, timeout);
  }

  /** Sends a message to a topic by name, or if that is null to an ETID, and awaits a reply. */
  private CompletionStage<Message> ask(
      String topic, int etid, String subtopic, byte[] payload, Duration timeout) {
    Outgoing message = outgoing(topic, etid, subtopic, Ids.NONE, payload);
    Request request = new Request(etid, subtopic, new EventFuture<>(tables.events));
    CompletionStage<Message> reply =
        answered(request.reply(), answer -> tables.requests.add(request));
    send(message)
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                giveUp(request, new SmqException(Kind.CONNECTION_LOST, "not sent", failure));
              }
            });
    CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS, tables.events)
        .execute(() -> giveUp(request, new SmqException(Kind.TIMEOUT, "no reply in " + timeout)));
    return reply;
  }

  private void giveUp(Request request, SmqException cause) {
    tables.monitor.run(() -> tables.requests.fail(request, cause));
  }

  /** Answers a message: to its publisher, on its sub-topic. */
  public CompletionStage<Void> reply(Message message, byte[] payload) {
    return publish(message.publisher(), message.subtopic(), payload);
  }

  /** Asks under the lock, unless the client is closed. */
  private <T> CompletionStage<T> answered(Consumer<EventFuture<T>> question) {
    return answered(new EventFuture<>(tables.events), question);
  }

  private <T> CompletionStage<T> answered(
      EventFuture<T> answer, Consumer<EventFuture<T>> question) {
    SmqException closed =
        tables.monitor.call(
            () -> {
              if (tables.closed == null) {
                question.accept(answer);
              }
              return tables.closed;
            });
    if (closed != null) {
      answer.completeExceptionally(closed);
    }
    return answer;
  }
}
