package org.smqcluster.broker.spi;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

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
    byte[] bytes = address.getAddress();
    boolean v6 = address instanceof Inet6Address;
    long prefix = 0;
    for (byte b : Arrays.copyOf(bytes, v6 ? Long.BYTES : bytes.length)) {
      prefix = prefix << Byte.SIZE | b & 0xFF;
    }
    return new ClientNetwork(prefix, v6);
  }

  /** Short text that no other network has. */
  public String text() {
    return (v6 ? "6:" : "4:") + Long.toHexString(prefix);
  }
}
