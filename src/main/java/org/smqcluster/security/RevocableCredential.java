package org.smqcluster.security;

/** Why a client was let in, as long as it holds: the proof of an authentication. */
interface RevocableCredential {

  /** Whether the client would still be let in for this reason. Cheap; any thread. */
  boolean holds();
}
