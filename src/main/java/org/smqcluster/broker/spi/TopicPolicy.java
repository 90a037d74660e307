package org.smqcluster.broker.spi;

import org.smqcluster.protocol.Packet.Publish;

/**
 * Says which topics a client may use (SMQ section 4, {@code permittop}, {@code permitsubtop} and
 * {@code onpublish}). Called on transports' threads for every such packet: must not block.
 */
public interface TopicPolicy {

  /** Allows everything. */
  TopicPolicy PERMIT_ALL = new TopicPolicy() {};

  /**
   * The policy as it holds for one client, which may remember what it decided: asked once when the
   * client connects, and then used for all that this client does. Its {@link #mayPublish} is called
   * by one thread at a time, with this client alone.
   */
  default TopicPolicy forClient(Client client) {
    return this;
  }

  /** Whether the client may subscribe to the topic. */
  default boolean maySubscribe(Client client, String topic) {
    return true;
  }

  /** Whether the client may create the topic, or learn its id. */
  default boolean mayCreate(Client client, String topic) {
    return true;
  }

  /** Whether the client may create the sub-topic, or learn its id. */
  default boolean mayCreateSubtopic(Client client, String subtopic) {
    return true;
  }

  /** Whether the client may learn how many subscribe to the topic (SMQ section 3.7). */
  default boolean mayObserve(Client client, String topic) {
    return true;
  }

  /** Whether the client may learn when another client, whose ETID it knows, is gone. */
  default boolean mayObserveClients(Client client) {
    return true;
  }

  /**
   * Whether the message may go on.
   *
   * @param topic name of the topic that it is published to; empty if it goes to a client, to the
   *     broker, or to an id that no topic has
   */
  default boolean mayPublish(Client client, Publish message, String topic) {
    return true;
  }
}
