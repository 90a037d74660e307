package org.smqcluster.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** A client seen through a {@link JsonMapper}: payloads are objects. */
public final class SmqJson {

  private final SmqClient client;
  private final JsonMapper mapper;

  /** Sends and receives by this client. */
  public SmqJson(SmqClient client, JsonMapper mapper) {
    this.client = client;
    this.mapper = mapper;
  }

  /**
   * Publishes a value to a topic.
   *
   * @throws UncheckedIOException if the mapper cannot write it
   */
  public CompletionStage<Void> publish(String topic, Object value) {
    return client.publish(topic, write(value));
  }

  /** Publishes a value to a topic under a sub-topic; see {@link #publish(String, Object)}. */
  public CompletionStage<Void> publish(String topic, String subtopic, Object value) {
    return client.publish(topic, subtopic, write(value));
  }

  /** Publishes a value to an ETID or a TID; see {@link #publish(String, Object)}. */
  public CompletionStage<Void> publish(int id, Object value) {
    return client.publish(id, write(value));
  }

  /**
   * Publishes a value to an ETID or a TID under a sub-topic; see {@link #publish(String, Object)}.
   */
  public CompletionStage<Void> publish(int id, String subtopic, Object value) {
    return client.publish(id, subtopic, write(value));
  }

  /**
   * Subscribes for the values of all sub-topics that have no handler of their own here. A message
   * that the mapper cannot read is logged and dropped.
   */
  public <T> CompletionStage<Integer> subscribe(
      String topic, Class<T> type, BiConsumer<T, Message> handler) {
    return client.subscribe(topic, reading(type, handler));
  }

  /**
   * Subscribes for the values of one sub-topic; see {@link #subscribe(String, Class, BiConsumer)}.
   */
  public <T> CompletionStage<Integer> subscribe(
      String topic, String subtopic, Class<T> type, BiConsumer<T, Message> handler) {
    return client.subscribe(topic, subtopic, reading(type, handler));
  }

  /** Asks a client with a value, and reads its reply as one. */
  public <T> CompletionStage<T> request(
      int etid, String subtopic, Object value, Class<T> type, Duration timeout) {
    return client
        .request(etid, subtopic, write(value), timeout)
        .thenApply(reply -> read(reply, type));
  }

  /** Answers a message with a value. */
  public CompletionStage<Void> reply(Message message, Object value) {
    return client.reply(message, write(value));
  }

  private <T> MessageHandler reading(Class<T> type, BiConsumer<T, Message> handler) {
    return message -> handler.accept(read(message, type), message);
  }

  private byte[] write(Object value) {
    try {
      return mapper.toBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T read(Message message, Class<T> type) {
    try {
      return mapper.fromBytes(message.payload(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
