package org.smqcluster.transport.raw;

import java.net.InetAddress;
import java.util.function.Predicate;
import org.smqcluster.broker.RateLimit;
import org.smqcluster.broker.spi.BrokerSettings.Rates;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.security.TrustedProxies;

/**
 * Bounds how many TLS handshakes an address may begin: each costs an event loop half a millisecond,
 * and its peer nothing. The rate is that of connections, which a broker counts only when the
 * handshake is over. Thread-safe.
 */
public final class HandshakeRate implements Predicate<InetAddress> {

  private static final int BURST_SECONDS = 10;

  private final Rates rates;
  private final TrustedProxies proxies;
  private final RateLimit<ClientNetwork> limit;

  /**
   * @param proxies have no limit: their clients are not known before the handshake
   */
  public HandshakeRate(Rates rates, TrustedProxies proxies) {
    this.rates = rates;
    this.proxies = proxies;
    this.limit = new RateLimit<>(rates.connections(), rates.connections() * BURST_SECONDS);
  }

  @Override
  public boolean test(InetAddress peer) {
    boolean admitted =
        rates.connections() == 0
            || peer.isLoopbackAddress() && !rates.loopback()
            || proxies.speakProxyProtocol(peer)
            || limit.take(ClientNetwork.of(peer));
    if (!admitted) {
      RefusedStarts.refused(
          peer.getHostAddress(), "more TLS handshakes than smq.limit.connect.rate allows");
    }
    return admitted;
  }
}
