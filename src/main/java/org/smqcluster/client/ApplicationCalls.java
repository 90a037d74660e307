package org.smqcluster.client;

import java.time.Duration;
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

/** What the application asks for, brought to the tables and the broker. Any thread. */
final class ApplicationCalls {

  private final ClientState state;

  ApplicationCalls(ClientState state) {
    this.state = state;
  }

  CompletionStage<Integer> create(String topic) {
    return answered(answer -> state.topics.ask(topic, answer));
  }

  CompletionStage<Integer> createSub(String subtopic) {
    return answered(answer -> state.subtopics.ask(subtopic, answer));
  }

  /** Asks under the lock, unless the client is closed. */
  private <T> CompletionStage<T> answered(Consumer<EventFuture<T>> question) {
    return answered(new EventFuture<>(state.events), question);
  }

  private <T> CompletionStage<T> answered(
      EventFuture<T> answer, Consumer<EventFuture<T>> question) {
    SmqException closed =
        state.monitor.call(
            () -> {
              if (state.closed == null) {
                question.accept(answer);
              }
              return state.closed;
            });
    if (closed != null) {
      answer.completeExceptionally(closed);
    }
    return answer;
  }

  /**
   * Subscribes.
   *
   * @param subtopic null for messages of any
   */
  CompletionStage<Integer> subscribe(String topic, String subtopic, MessageHandler handler) {
    // the sub-topic is asked for first, so that it is known before the first message comes
    CompletionStage<Integer> known = subtopic == null ? null : createSub(subtopic);
    CompletionStage<Integer> subscribed =
        answered(answer -> state.subscriptions.add(topic, subtopic, handler, answer));
    if (known == null) {
      return subscribed;
    }
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
   * Takes messages to the client's own ETID.
   *
   * @param subtopic null for messages of any
   */
  CompletionStage<Void> subscribeDirect(String subtopic, MessageHandler handler) {
    state.monitor.run(() -> state.direct = state.direct.with(subtopic, handler));
    return subtopic == null
        ? CompletableFuture.completedStage(null)
        : createSub(subtopic).thenAccept(id -> {});
  }

  /**
   * Ends a subscription.
   *
   * @param handler null for all of the topic
   */
  void unsubscribe(String topic, MessageHandler handler) {
    state.monitor.run(() -> state.subscriptions.remove(topic, handler));
  }

  void observe(int id, IntConsumer handler) {
    state.monitor.run(() -> state.observations.add(id, handler));
  }

  void unobserve(int id) {
    state.monitor.run(() -> state.observations.remove(id));
  }

  /** Sends a message to a topic by name, or if that is null to an id; sub-topic likewise. */
  CompletionStage<Void> publish(String topic, int id, String subtopic, int subId, byte[] payload) {
    Outgoing message =
        new Outgoing(topic, id, subtopic, subId, payload, new EventFuture<>(state.events));
    return state.monitor.call(() -> state.queue.add(message));
  }

  /** Sends a message to a topic by name, or if that is null to an ETID, and awaits a reply. */
  CompletionStage<Message> request(
      String topic, int etid, String subtopic, byte[] payload, Duration timeout) {
    Request request = new Request(etid, subtopic, new EventFuture<>(state.events));
    CompletionStage<Message> reply =
        answered(request.reply(), answer -> state.requests.add(request));
    publish(topic, etid, subtopic, Ids.NONE, payload)
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                giveUp(request, new SmqException(Kind.CONNECTION_LOST, "not sent", failure));
              }
            });
    CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS, state.events)
        .execute(() -> giveUp(request, new SmqException(Kind.TIMEOUT, "no reply in " + timeout)));
    return reply;
  }

  private void giveUp(Request request, SmqException cause) {
    state.monitor.run(() -> state.requests.fail(request, cause));
  }

  /** The name of a sub-topic that this client has asked for. */
  Optional<String> subtopicName(int id) {
    return Optional.ofNullable(state.monitor.call(() -> state.subtopics.name(id)));
  }
}
