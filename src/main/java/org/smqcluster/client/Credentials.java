package org.smqcluster.client;

import java.nio.charset.StandardCharsets;

/** Makes the credentials of a Connect, anew for each connection. */
@FunctionalInterface
public interface Credentials {

  /**
   * Called on the connection's thread, after Init has come. An exception is a failed attempt.
   *
   * @param seed the random number in Init, to be hashed with a secret
   * @param address this client's IP address as the broker sees it
   * @return 0 to 255 bytes
   */
  byte[] answer(int seed, String address);

  /** No credentials. */
  static Credentials none() {
    return (seed, address) -> new byte[0];
  }

  /** The same text, as UTF-8, each time: over TLS only. */
  static Credentials of(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return (seed, address) -> bytes;
  }
}
