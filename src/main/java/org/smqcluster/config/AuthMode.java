package org.smqcluster.config;

/** A way in which clients may say who they are: one word of {@code smq.auth}. */
public enum AuthMode {
  /** Everybody is let in, as nobody. */
  NONE,
  /** A user of {@code smq.auth.users.file}, by password or by the answer to a challenge. */
  USERS,
  /** The name in the client's certificate: mutual TLS. */
  CERTIFICATE,
  /** The user whom the HTTP request of the WebSocket handshake was authenticated as. */
  HTTP
}
