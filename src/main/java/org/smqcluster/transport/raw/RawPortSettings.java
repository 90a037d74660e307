package org.smqcluster.transport.raw;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.smqcluster.broker.spi.BrokerSettings.Rates;

/**
 * What an operator chooses for a device port.
 *
 * @param address where to listen; port 0 takes any free one
 * @param backlog connections that may wait to be accepted
 * @param bootstrapTime from the connection's start to the end of TLS handshake and HTTP header
 * @param httpUrl this node's HTTP address, shown to browsers that open the device port
 * @param startsPerAddress connections of one network that may have no session yet
 * @param rates tell for which addresses that bound holds
 */
public record RawPortSettings(
    InetSocketAddress address,
    int backlog,
    Duration bootstrapTime,
    String httpUrl,
    int startsPerAddress,
    Rates rates) {

  /** Connections that may wait to be accepted, unless said otherwise. */
  public static final int DEFAULT_BACKLOG = 4096;

  /** A port with the default backlog, four seconds for the bootstrap, and no bound of addresses. */
  public static RawPortSettings of(InetSocketAddress address, String httpUrl) {
    return new RawPortSettings(
        address,
        DEFAULT_BACKLOG,
        Duration.ofSeconds(4),
        httpUrl,
        Integer.MAX_VALUE,
        Rates.UNLIMITED);
  }
}
