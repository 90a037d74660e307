package org.smqcluster.broker.spi;

import java.util.concurrent.CompletionStage;

/** Decides whether a client may connect (SMQ section 4, {@code authenticate}). */
@FunctionalInterface
public interface Authenticator {

  /**
   * Checks a client. Called on a transport's thread: what takes time belongs on another, with the
   * stage completed there. A failed stage refuses the client with Connack 2, and so does one that
   * has not completed, with the registration, 30 s after Connect. Of several authenticators each is
   * asked until one accepts.
   */
  CompletionStage<Authentication> authenticate(ConnectRequest request);

  /**
   * Whether the client offers what this authenticator checks, so that its refusal is the one that
   * the client is told. Must not block.
   */
  default boolean appliesTo(ConnectRequest request) {
    return true;
  }
}
