package org.smqcluster.client;

import org.smqcluster.protocol.ConnackCode;

/** Why a call of the client failed, or a connection ended. */
public final class SmqException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, for code that has to tell. */
  public enum Kind {
    /** The broker answered Connect with a code other than 0. */
    REFUSED,
    /** The broker denied a topic or a sub-topic. */
    DENIED,
    /** The connection broke, or could not be made. */
    CONNECTION_LOST,
    /** The broker sent Disconnect. */
    DISCONNECTED,
    /** Another client connected with this client's UID (SMQ section 3.3). */
    TAKEN_OVER,
    /** There is no connection, and the client was told not to queue. */
    OFFLINE,
    /** The send buffer is full. */
    BUFFER_FULL,
    /** No reply in time. */
    TIMEOUT,
    /** The client is closed. */
    CLOSED
  }

  private final Kind kind;
  private final ConnackCode code;

  SmqException(Kind kind, String message) {
    this(kind, message, null);
  }

  SmqException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = ConnackCode.ACCEPTED;
  }

  /** A refusal by Connack. */
  SmqException(ConnackCode code, String reason) {
    super("refused: " + code + (reason.isEmpty() ? "" : " (" + reason + ")"));
    this.kind = Kind.REFUSED;
    this.code = code;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** The code of a refusal; {@code ACCEPTED} for any other kind. */
  public ConnackCode code() {
    return code;
  }
}
