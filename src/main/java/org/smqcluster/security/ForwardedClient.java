package org.smqcluster.security;

import java.net.InetAddress;
import java.util.Optional;

/**
 * What trusted proxies say about the client of an HTTP request.
 *
 * @param address the client's IP address
 * @param port the client's port; 0 if it is not told
 * @param scheme {@code http} or {@code https}, as the client spoke it; empty if it is not told
 * @param host what the client calls this server, with the port if it is not the scheme's own; empty
 *     if it is not told
 */
public record ForwardedClient(
    InetAddress address, int port, Optional<String> scheme, Optional<String> host) {

  /**
   * The client's port.
   *
   * @param other if it is not told
   */
  public int portOr(int other) {
    return port == 0 ? other : port;
  }

  /**
   * Whether the client's connection is encrypted.
   *
   * @param other if it is not told
   */
  public boolean isSecureOr(boolean other) {
    return scheme.map("https"::equals).orElse(other);
  }
}
