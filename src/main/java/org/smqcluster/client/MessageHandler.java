package org.smqcluster.client;

/** Takes the messages of a subscription, on the client's event thread, in the order they came. */
@FunctionalInterface
public interface MessageHandler {

  /** A message. An exception is logged and harms nothing else. */
  void onMessage(Message message);

  /**
   * No more messages follow: the subscription or the client was ended, or the broker denied the
   * topic after a reconnection.
   *
   * @param cause of kind {@code CLOSED} if the application wanted it
   */
  default void onEnd(SmqException cause) {}
}
