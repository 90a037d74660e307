package org.smqcluster.transport.raw;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What an operator chooses for a device port.
 *
 * @param address where to listen; port 0 takes any free one
 * @param backlog connections that may wait to be accepted
 * @param bootstrapTime from the connection's start to the end of TLS handshake and HTTP header
 * @param httpUrl this node's HTTP address, shown to browsers that open the device port
 */
public record RawPortSettings(
    InetSocketAddress address, int backlog, Duration bootstrapTime, String httpUrl) {

  /** Connections that may wait to be accepted, unless said otherwise. */
  public static final int DEFAULT_BACKLOG = 4096;

  /** A port with the default backlog and four seconds for the bootstrap. */
  public static RawPortSettings of(InetSocketAddress address, String httpUrl) {
    return new RawPortSettings(address, DEFAULT_BACKLOG, Duration.ofSeconds(4), httpUrl);
  }
}
