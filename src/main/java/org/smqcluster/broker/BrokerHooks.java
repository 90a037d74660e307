package org.smqcluster.broker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.smqcluster.protocol.Packet.Publish;

/**
 * The application's say in a broker.
 *
 * @param authenticator who may connect
 * @param topicPolicy who may use which topic
 * @param listeners who is told what happens
 */
public record BrokerHooks(
    Authenticator authenticator, TopicPolicy topicPolicy, List<BrokerListener> listeners) {

  /** Everybody may do everything, and nobody is told. */
  public static final BrokerHooks NONE =
      new BrokerHooks(
          request -> CompletableFuture.completedStage(Authentication.ANONYMOUS),
          TopicPolicy.PERMIT_ALL,
          List.of());

  void connected(Client client) {
    listeners.forEach(listener -> listener.connected(client));
  }

  void disconnected(Client client, CloseReason reason, String text) {
    listeners.forEach(listener -> listener.disconnected(client, reason, text));
  }

  void subscribed(Client client, int tid, String topic) {
    listeners.forEach(listener -> listener.subscribed(client, tid, topic));
  }

  void unsubscribed(Client client, int tid) {
    listeners.forEach(listener -> listener.unsubscribed(client, tid));
  }

  void refused(Client client, Refusal reason, String text) {
    listeners.forEach(listener -> listener.refused(client, reason, text));
  }

  void dropped(Publish message, DropReason reason) {
    listeners.forEach(listener -> listener.dropped(message, reason));
  }
}
