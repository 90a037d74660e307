package org.smqcluster.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads IP addresses from text that a peer sent: no name is ever looked up. */
public final class IpAddresses {

  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
  private static final int MAX_BYTE = 255;

  private IpAddresses() {}

  /**
   * The address that a text is; empty if it is none. An IPv4 address in IPv6 form ({@code
   * ::ffff:a.b.c.d}) is an IPv4 address.
   */
  public static Optional<InetAddress> parse(String text) {
    try {
      if (IPV4.matcher(text).matches()) {
        return parseIpv4(text);
      }
      // in brackets, Java takes a text for an address and never for a name
      return text.indexOf(':') >= 0 && IPV6.matcher(text).matches()
          ? Optional.of(InetAddress.getByName("[" + text + "]"))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static Optional<InetAddress> parseIpv4(String text) throws UnknownHostException {
    String[] parts = text.split("\\.");
    byte[] bytes = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      int value = Integer.parseInt(parts[i]);
      if (value > MAX_BYTE) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    return Optional.of(InetAddress.getByAddress(bytes));
  }
}
