package org.smqcluster.security;

/**
 * A trusted proxy does not tell in an intelligible way what client a request is from. The request
 * must be refused: taken for the proxy's own, it would have the proxy's rights.
 */
public final class UnknownClientException extends Exception {

  private static final long serialVersionUID = 1L;

  UnknownClientException(String message) {
    super(message);
  }
}
