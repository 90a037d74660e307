package org.smqcluster.client;

/**
 * Hears of a client's connections, on the client's event thread. An exception is logged and harms
 * nothing else.
 */
public interface ConnectionListener {

  /** The first connection stands. */
  default void onConnect(SmqClient client) {}

  /**
   * A later connection stands: subscriptions and observations are in place again. The ETID may be
   * another one; TIDs are the same on every node of a cluster.
   */
  default void onReconnect(SmqClient client) {}

  /**
   * A connection that stood is gone.
   *
   * @param willReconnect false if the client has given up or is closed
   */
  default void onDisconnect(SmqClient client, SmqException cause, boolean willReconnect) {}

  /** An address could not be connected to; the next one is tried. */
  default void onAttemptFailed(SmqClient client, String address, Exception cause) {}
}
