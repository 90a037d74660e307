package org.smqcluster.protocol;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IP addresses as text that people write: IPv6 in lower case with the longest run of zeros as
 * {@code ::} (RFC 5952), and without a zone, which means nothing on another machine.
 */
public final class AddressText {

  private static final Pattern ZEROS = Pattern.compile("(?<![^:])0(:0)+(?![^:])");
  private static final Pattern COLONS = Pattern.compile(":{3,}");
  private static final Pattern ZONE = Pattern.compile("%.*");

  private AddressText() {}

  /** An address by itself, such as {@code 2001:db8::1}. */
  public static String of(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    String text = ZONE.matcher(address.getHostAddress()).replaceFirst("");
    int start = 0;
    int end = 0;
    for (Matcher run = ZEROS.matcher(text); run.find(); ) {
      if (run.end() - run.start() > end - start) {
        start = run.start();
        end = run.end();
      }
    }
    return end == 0
        ? text
        : COLONS.matcher(text.substring(0, start) + "::" + text.substring(end)).replaceFirst("::");
  }

  /** A host and a port, such as {@code [::1]:8085}; the host is a name or an address. */
  public static String withPort(String host, int port) {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** A socket's address, such as {@code [::1]:8085}. */
  public static String of(InetSocketAddress address) {
    return withPort(of(address.getAddress()), address.getPort());
  }
}
