package org.smqcluster.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads IP addresses from text that a peer sent: no name is ever looked up. */
public final class IpAddresses {

  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

  private IpAddresses() {}

  /**
   * The address that a text is; empty if it is none. An IPv4 address in IPv6 form ({@code
   * ::ffff:a.b.c.d}) is an IPv4 address.
   */
  public static Optional<InetAddress> parse(String text) {
    try {
      if (IPV4.matcher(text).matches()) {
        return Optional.of(InetAddress.getByName(text));
      }
      // in brackets, Java parses a text as an address and never resolves it as a name
      return text.indexOf(':') >= 0 && IPV6.matcher(text).matches()
          ? Optional.of(InetAddress.getByName("[" + text + "]"))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
