package org.smqcluster.security;

import java.util.Optional;
import org.smqcluster.broker.spi.Authentication;

/** Why a client was let in, as long as it holds: the proof of an authentication. */
interface RevocableCredential {

  /** The proof of an authentication, if it is one that can be withdrawn. */
  static Optional<RevocableCredential> of(Authentication authentication) {
    return authentication
        .proof()
        .filter(RevocableCredential.class::isInstance)
        .map(RevocableCredential.class::cast);
  }

  /** Whether the client would still be let in for this reason. Cheap; any thread. */
  boolean holds();

  /** The reason that the client is told when the credential is withdrawn. */
  default String reason() {
    return "credentials withdrawn";
  }

  /** What its client may do with topics; empty if the credential does not decide it. */
  default Optional<Acl> rules() {
    return Optional.empty();
  }
}
