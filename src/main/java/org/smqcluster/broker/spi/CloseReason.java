package org.smqcluster.broker.spi;

/** Why a client's connection ended, and what a WebSocket's close frame says of it. */
public enum CloseReason {
  /** The client sent Disconnect. */
  CLIENT_DISCONNECT(1000),
  /** The client's side closed, reset or broke the connection. */
  CONNECTION_LOST(1000),
  /** Another client connected with the same UID. */
  TAKEN_OVER(1008),
  /** Refused at Connect; the Connack says why. */
  REFUSED(1008),
  /** No Connect in time. */
  HANDSHAKE_TIMEOUT(1008),
  /** A packet that breaks the protocol. */
  PROTOCOL_ERROR(1002),
  /** A packet or message longer than allowed. */
  TOO_LONG(1009),
  /** The client did not take what was sent to it. */
  SLOW_CONSUMER(1008),
  /** The client made this node keep too much, or the node has no memory left. */
  OUT_OF_MEMORY(1008),
  /** Nothing came from the client, no Pong either. */
  IDLE(1001),
  /** The node drains or stops; the client shall connect to another. */
  DRAINING(1001),
  /** An administrator or application code closed it. */
  ADMINISTRATIVE(1008),
  /** The credentials that the client used were withdrawn. */
  REVOKED(1008),
  /** A defect of the broker. */
  INTERNAL_ERROR(1011);

  private final int webSocketCode;

  CloseReason(int webSocketCode) {
    this.webSocketCode = webSocketCode;
  }

  /** The status code of RFC 6455 for this reason. */
  public int webSocketCode() {
    return webSocketCode;
  }
}
