package org.smqcluster.broker.spi;

import java.net.InetAddress;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.protocol.AddressText;

/**
 * A connection's properties that are known before its client sends Connect.
 *
 * @param transport how it came
 * @param address the peer's IP address
 * @param port the peer's port
 * @param path the path of the broker's URL that it asked for
 * @param headers of the HTTP request, names in lower case
 * @param principal the user that the HTTP request was authenticated as, if any
 * @param certificates the client's certificate chain, verified, its own first; empty without mutual
 *     TLS
 * @param secure whether the connection is encrypted
 */
public record ConnectionInfo(
    Transport transport,
    InetAddress address,
    int port,
    String path,
    Map<String, List<String>> headers,
    Optional<Principal> principal,
    List<X509Certificate> certificates,
    boolean secure) {

  /** The IP address as the Init packet tells it, see {@link AddressText}. */
  public String addressText() {
    return AddressText.of(address);
  }
}
