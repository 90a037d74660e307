package org.smqcluster.security;

/**
 * A trusted proxy does not tell in an intelligible way what client a request is from. The request
 * must be refused: taken for the proxy's own, it would have the proxy's rights.
 */
public final class UnknownClientException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  UnknownClientException(String reason) {
    super("The proxy's headers do not name the client of this request");
    this.reason = reason;
  }

  /** Why, for the log; may have text from a peer. */
  String reason() {
    return reason;
  }
}
