package org.smqcluster.config;

/** A way of authenticating clients: one word of {@code smq.auth}. */
public enum AuthMode {
  /** Every client is accepted, without a user. */
  NONE,
  /** A user of {@code smq.auth.users.file}, by password or by the answer to a challenge. */
  USERS,
  /** The name in the client's certificate: mutual TLS. */
  CERTIFICATE,
  /** The user that the HTTP request of the WebSocket handshake was authenticated as. */
  HTTP,
  /** A signed token (JWT) of another server. */
  JWT
}
