package org.smqcluster.broker.spi;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.smqcluster.protocol.Packet.Publish;

/**
 * The application's hooks into a broker. What a listener throws is contained and counted: the
 * others are still told.
 *
 * @param authenticator decides which clients may connect
 * @param topicPolicy decides which topics a client may use
 * @param listeners hear what happens to clients, topics and messages
 */
public record BrokerHooks(
    Authenticator authenticator, TopicPolicy topicPolicy, List<BrokerListener> listeners) {

  /** Accepts every client, permits everything, tells no listener. */
  public static final BrokerHooks NONE =
      new BrokerHooks(
          request -> CompletableFuture.completedStage(Authentication.ANONYMOUS),
          TopicPolicy.PERMIT_ALL,
          List.of());

  /** See {@link BrokerListener#connected}. */
  public void connected(Client client) {
    tell(listener -> listener.connected(client));
  }

  /** See {@link BrokerListener#disconnected}. */
  public void disconnected(Client client, CloseReason reason, String text) {
    tell(listener -> listener.disconnected(client, reason, text));
  }

  /** See {@link BrokerListener#subscribed}. */
  public void subscribed(Client client, int tid, String topic) {
    tell(listener -> listener.subscribed(client, tid, topic));
  }

  /** See {@link BrokerListener#unsubscribed}. */
  public void unsubscribed(Client client, int tid) {
    tell(listener -> listener.unsubscribed(client, tid));
  }

  /** See {@link BrokerListener#refused}. */
  public void refused(Client client, Refusal reason, String text) {
    tell(listener -> listener.refused(client, reason, text));
  }

  /** See {@link BrokerListener#topicCreated}. */
  public void topicCreated(Topic topic) {
    tell(listener -> listener.topicCreated(topic));
  }

  /** See {@link BrokerListener#subscribersChanged}. */
  public void subscribersChanged(Topic topic) {
    tell(listener -> listener.subscribersChanged(topic));
  }

  /** See {@link BrokerListener#dropped}. */
  public void dropped(Publish message, DropReason reason) {
    tell(listener -> listener.dropped(message, reason));
  }

  private void tell(Consumer<BrokerListener> event) {
    InternalErrors.forEach("a listener of the application", listeners, event);
  }
}
