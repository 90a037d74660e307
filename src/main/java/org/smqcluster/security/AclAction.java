package org.smqcluster.security;

/** What a rule of the access list may be about. */
enum AclAction {
  /** Connect with the UID: allowed where no rule says otherwise, and not one of *. */
  CONNECT,
  /** Subscribe to the topic. */
  SUBSCRIBE,
  /** Create the topic, or learn its id. */
  CREATE,
  /** Publish to the topic. */
  PUBLISH,
  /** Create the sub-topic, or learn its id. */
  SUBTOPIC,
  /** Send to a client by its ETID, {@code client}, or to the node itself, {@code broker}. */
  SEND
}
