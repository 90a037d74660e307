package org.smqcluster.broker.spi;

import java.util.concurrent.CompletionStage;

/** Says who may connect (SMQ section 4, {@code authenticate}). */
@FunctionalInterface
public interface Authenticator {

  /**
   * Checks a client. Called on a transport's thread: what takes time belongs on another, with the
   * stage completed there. A failed stage refuses the client with Connack 2. Of several
   * authenticators each is asked until one accepts.
   */
  CompletionStage<Authentication> authenticate(ConnectRequest request);
}
