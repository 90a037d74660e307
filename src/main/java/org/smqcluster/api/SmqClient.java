package org.smqcluster.api;

import jakarta.json.bind.Jsonb;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.Message;
import org.smqcluster.broker.spi.ParserInput;
import org.smqcluster.broker.spi.Scope;
import org.smqcluster.broker.spi.Selection;
import org.smqcluster.broker.spi.TopicRegistry;
import org.smqcluster.protocol.ProtocolLimits;

/**
 * The SMQ client of application code (SMQ sections 3.11 and 4), injectable anywhere: {@code @Inject
 * SmqClient smq}. It works inside the broker of its own node, without a socket, and has the ETID 1.
 *
 * <p><b>Threads.</b> Thread-safe; no method blocks. Handlers run one after the other on the event
 * thread of the broker, {@code smq-events-<broker>}, with the {@code @OnMessage} methods; what they
 * throw is logged. Stages complete on the caller's thread or on one of the cluster, which must not
 * be blocked.
 *
 * <p><b>Errors.</b> Before the node is started, each method throws {@link IllegalStateException}. A
 * stage fails with {@link IllegalArgumentException} if the payload is longer than {@link
 * #maxPayload}, and with the cluster's exception if it does not settle a new name in time.
 *
 * <p><b>Delivery.</b> The messages of this client leave in the order of the calls. A stage of
 * {@code publish} or {@code send} completes when the message is in the outboxes of its receivers
 * and of other nodes; the protocol knows no receipt.
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

  /**
   * Publishes bytes to a topic, which is created if need be.
   *
   * @param payload up to {@link #maxPayload} bytes; must not be changed afterwards
   * @return completes when the message is on its way
   */
  public CompletionStage<Void> publish(String topic, byte[] payload) {
    return client.get().publish(topic, Optional.empty(), payload);
  }

  /** Publishes to a topic under a sub-topic, both created if need be; see {@link #publish}. */
  public CompletionStage<Void> publish(String topic, String subtopic, byte[] payload) {
    return client.get().publish(topic, Optional.of(subtopic), payload);
  }

  /**
   * Publishes an object as JSON to a topic; see {@link #publish(String, byte[])}.
   *
   * @throws jakarta.json.bind.JsonbException if JSON Binding cannot write it
   */
  public CompletionStage<Void> publishJson(String topic, Object payload) {
    return publish(topic, toJson(payload));
  }

  /** As {@link #publishJson(String, Object)}, under a sub-topic. */
  public CompletionStage<Void> publishJson(String topic, String subtopic, Object payload) {
    return publish(topic, subtopic, toJson(payload));
  }

  /**
   * Sends bytes to one client, whatever node it is connected to. If no client has the ETID, the
   * message is dropped and counted.
   *
   * @param etid for example {@link Message#publisher}
   * @param payload up to {@link #maxPayload} bytes; must not be changed afterwards
   * @return completes when the message is on its way
   */
  public CompletionStage<Void> send(int etid, byte[] payload) {
    return client.get().publishTo(etid, Optional.empty(), payload);
  }

  /** As {@link #send(int, byte[])}, under a sub-topic, which is created if need be. */
  public CompletionStage<Void> send(int etid, String subtopic, byte[] payload) {
    return client.get().publishTo(etid, Optional.of(subtopic), payload);
  }

  /**
   * Sends an object as JSON to one client; see {@link #send(int, byte[])}.
   *
   * @throws jakarta.json.bind.JsonbException if JSON Binding cannot write it
   */
  public CompletionStage<Void> sendJson(int etid, Object payload) {
    return send(etid, toJson(payload));
  }

  /** As {@link #sendJson(int, Object)}, under a sub-topic. */
  public CompletionStage<Void> sendJson(int etid, String subtopic, Object payload) {
    return send(etid, subtopic, toJson(payload));
  }

  /**
   * Subscribes to a topic, which is created if need be.
   *
   * @param handler gets each message, bounded as {@link Selection#ALL} says
   * @return completes when all nodes know, with what ends the subscription: {@code run} it once
   */
  public CompletionStage<Runnable> subscribe(String topic, Scope scope, Consumer<Message> handler) {
    return client.get().subscribe(topic, scope, handler);
  }

  /**
   * As {@link #subscribe(String, Scope, Consumer)}, for the messages that the selection lets
   * through.
   */
  public CompletionStage<Runnable> subscribe(
      String topic, Scope scope, Selection selection, Consumer<Message> handler) {
    return client.get().subscribe(topic, scope, selection, handler);
  }

  /** Handles what clients of this node and of others send to ETID 1 here, without a sub-topic. */
  public void subscribeSelf(Consumer<Message> handler) {
    client.get().subscribeSelf(Optional.empty(), handler);
  }

  /** Handles what is sent to ETID 1 under a sub-topic. */
  public void subscribeSelf(String subtopic, Consumer<Message> handler) {
    client.get().subscribeSelf(Optional.of(subtopic), handler);
  }

  /**
   * Observes a topic's subscriber count (SMQ section 3.7), in the scope of {@code
   * smq.observe.scope}. The topic is created if need be.
   *
   * @param handler gets the count at once and at each change
   * @return completes when the topic is known, with what ends the observation
   */
  public CompletionStage<Runnable> observe(String topic, IntConsumer handler) {
    return client.get().observe(topic, handler);
  }

  /**
   * Makes an object of a JSON payload.
   *
   * @throws jakarta.json.bind.JsonbException if the payload is not JSON, or not of this type
   */
  public <T> T fromJson(Message message, Class<T> type) {
    return jsonb.fromJson(ParserInput.utf8(message.payload()), type);
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
