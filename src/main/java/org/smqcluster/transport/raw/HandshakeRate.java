package org.smqcluster.transport.raw;

import java.net.InetAddress;
import java.util.function.Predicate;
import org.smqcluster.broker.ConnectRate;
import org.smqcluster.broker.spi.BrokerSettings.Rates;
import org.smqcluster.security.TrustedProxies;

/**
 * Bounds how many TLS handshakes an address may begin: each costs an event loop half a millisecond,
 * and its peer nothing. The rate is that of connections, which a broker counts only when the
 * handshake is over. Thread-safe.
 */
public final class HandshakeRate implements Predicate<InetAddress> {

  private final TrustedProxies proxies;
  private final ConnectRate rate;

  /**
   * @param proxies have no limit: their clients are not known before the handshake
   */
  public HandshakeRate(Rates rates, TrustedProxies proxies) {
    this.proxies = proxies;
    this.rate = new ConnectRate(rates);
  }

  @Override
  public boolean test(InetAddress peer) {
    boolean admitted = proxies.speakProxyProtocol(peer) || rate.admits(peer);
    if (!admitted) {
      RefusedStarts.refused(
          peer.getHostAddress(), "more TLS handshakes than smq.limit.connect.rate allows");
    }
    return admitted;
  }
}
