package org.smqcluster.api;

import jakarta.json.bind.Jsonb;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.BrokerClient.Scope;
import org.smqcluster.broker.Selection;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.protocol.ProtocolLimits;

/**
 * The SMQ client of application code, injectable anywhere: {@code @Inject SmqClient smq}. It works
 * inside the broker of its own node, without a socket, and answers to ETID 1. Thread-safe; nothing
 * blocks. Usable from the moment that the application has started.
 */
public final class SmqClient {

  private final Supplier<Broker> broker;
  private final Supplier<BrokerClient> client;
  private final Jsonb jsonb;

  /** Made by the container; both suppliers fail before the node is started. */
  public SmqClient(Supplier<Broker> broker, Supplier<BrokerClient> client, Jsonb jsonb) {
    this.broker = broker;
    this.client = client;
    this.jsonb = jsonb;
  }

  /** Publishes bytes to a topic, which is created if need be. */
  public CompletionStage<Void> publish(String topic, byte[] payload) {
    return client.get().publish(topic, Optional.empty(), payload);
  }

  /** Publishes bytes to a topic under a sub-topic, both created if need be. */
  public CompletionStage<Void> publish(String topic, String subtopic, byte[] payload) {
    return client.get().publish(topic, Optional.of(subtopic), payload);
  }

  /** Publishes an object as JSON to a topic. */
  public CompletionStage<Void> publishJson(String topic, Object payload) {
    return publish(topic, toJson(payload));
  }

  /** Publishes an object as JSON to a topic under a sub-topic. */
  public CompletionStage<Void> publishJson(String topic, String subtopic, Object payload) {
    return publish(topic, subtopic, toJson(payload));
  }

  /** Sends bytes to one client, whatever node it is connected to. */
  public CompletionStage<Void> send(int etid, byte[] payload) {
    return client.get().publishTo(etid, Optional.empty(), payload);
  }

  /** Sends bytes to one client under a sub-topic, whatever node it is connected to. */
  public CompletionStage<Void> send(int etid, String subtopic, byte[] payload) {
    return client.get().publishTo(etid, Optional.of(subtopic), payload);
  }

  /** Sends an object as JSON to one client. */
  public CompletionStage<Void> sendJson(int etid, Object payload) {
    return send(etid, toJson(payload));
  }

  /** Sends an object as JSON to one client under a sub-topic. */
  public CompletionStage<Void> sendJson(int etid, String subtopic, Object payload) {
    return send(etid, subtopic, toJson(payload));
  }

  /** Subscribes to a topic; the stage brings what ends the subscription. */
  public CompletionStage<Runnable> subscribe(String topic, Scope scope, Consumer<Message> handler) {
    return client.get().subscribe(topic, scope, handler);
  }

  /** Subscribes to some of a topic's messages; the stage brings what ends the subscription. */
  public CompletionStage<Runnable> subscribe(
      String topic, Scope scope, Selection selection, Consumer<Message> handler) {
    return client.get().subscribe(topic, scope, selection, handler);
  }

  /** Handles what is sent to ETID 1 without a sub-topic. */
  public void subscribeSelf(Consumer<Message> handler) {
    client.get().subscribeSelf(Optional.empty(), handler);
  }

  /** Handles what is sent to ETID 1 under a sub-topic. */
  public void subscribeSelf(String subtopic, Consumer<Message> handler) {
    client.get().subscribeSelf(Optional.of(subtopic), handler);
  }

  /** Observes a topic's subscriber count; the stage brings what ends the observation. */
  public CompletionStage<Runnable> observe(String topic, IntConsumer handler) {
    return client.get().observe(topic, handler);
  }

  /** Makes an object of a JSON payload. */
  public <T> T fromJson(Message message, Class<T> type) {
    return jsonb.fromJson(new String(message.payload(), StandardCharsets.UTF_8), type);
  }

  private byte[] toJson(Object payload) {
    return jsonb.toJson(payload).getBytes(StandardCharsets.UTF_8);
  }

  /** The client of this node with this ETID, if there is one. */
  public Optional<Client> client(int etid) {
    return broker.get().client(etid);
  }

  /** Whether a client with this ETID is connected, to any node. */
  public boolean isConnected(int etid) {
    return broker.get().isConnected(etid);
  }

  /** The name of this node. */
  public String nodeName() {
    return broker.get().nodeName();
  }

  /** The topics and sub-topics that the broker knows, by id and name. */
  public TopicRegistry topics() {
    return broker.get().topics();
  }

  /** The longest payload that can be sent, in bytes. */
  public int maxPayload() {
    return ProtocolLimits.MAX_PAYLOAD;
  }
}
