package org.smqcluster.broker.spi;

import java.util.function.Consumer;

/** Where transports take their connections. Thread-safe; no method blocks. */
public interface SessionAcceptor {

  /**
   * Opens a session for a new connection and puts Init into its outbox.
   *
   * @param beforeStart gets the session before {@link Connection#wake} is called for the first time
   */
  Session accept(Connection connection, ConnectionInfo info, Consumer<? super Session> beforeStart);

  /** Whether new clients are refused because the node is about to stop. */
  boolean isDraining();

  /** Counters, also of what a transport refuses itself. */
  BrokerMetrics metrics();
}
