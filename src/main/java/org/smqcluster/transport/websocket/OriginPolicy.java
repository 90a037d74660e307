package org.smqcluster.transport.websocket;

/** Which web pages may connect; browsers tell where a page came from. */
@FunctionalInterface
public interface OriginPolicy {

  /** Every page. */
  OriginPolicy ANY = (origin, host, secure) -> true;

  /**
   * Whether a page may connect. Called by any thread; must not block.
   *
   * @param origin the Origin header; null if there is none: then it is no browser
   * @param host the Host header: what the client calls this node
   * @param secure whether the connection is encrypted
   */
  boolean permits(String origin, String host, boolean secure);
}
