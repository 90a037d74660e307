package org.smqcluster.broker.spi;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The unit that limits count addresses by: an IPv4 address, or an IPv6 /64, because a host with one
 * IPv6 address usually has 2^64 of them.
 *
 * @param prefix the bits of the address that count
 * @param v6 whether they are of an IPv6 address
 */
public record ClientNetwork(long prefix, boolean v6) {

  /** The network that an address belongs to. */
  public static ClientNetwork of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    boolean v6 = address instanceof Inet6Address;
    return new ClientNetwork(v6 ? bytes.getLong() : bytes.getInt() & 0xFFFFFFFFL, v6);
  }

  /** Short text that no other network has. */
  public String text() {
    return (v6 ? "6:" : "4:") + Long.toHexString(prefix);
  }
}
