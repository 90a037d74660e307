package org.smqcluster.broker.spi;

import org.smqcluster.protocol.Packet.Publish;

/**
 * Is told what happens to this node's clients (SMQ section 4, {@code onconnect}, {@code onclose},
 * {@code ondrop}). Called on the threads of transports and cluster: must not block.
 */
public interface BrokerListener {

  /** A client is connected; its Connack has been sent. */
  default void connected(Client client) {}

  /** A connected client is gone. */
  default void disconnected(Client client, CloseReason reason, String text) {}

  /** A client subscribed; all nodes know. */
  default void subscribed(Client client, int tid, String topic) {}

  /** A client ended a subscription. */
  default void unsubscribed(Client client, int tid) {}

  /** A request or a connection was refused; {@code text} says more where there is more to say. */
  default void refused(Client client, Refusal reason, String text) {}

  /** A topic came into being; told on every node, for topics of before the node's start, too. */
  default void topicCreated(Topic topic) {}

  /** A topic's number of subscribers changed, on this node or on another. */
  default void subscribersChanged(Topic topic) {}

  /** A message, or a copy of it, was dropped. */
  default void dropped(Publish message, DropReason reason) {}
}
