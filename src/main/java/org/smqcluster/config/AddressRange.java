package org.smqcluster.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of IP addresses: those that begin with the same bits.
 *
 * @param base an address of the network
 * @param prefix number of its first bits that count
 */
public record AddressRange(InetAddress base, int prefix) {

  private static final Pattern TEXT = Pattern.compile("([^/]+)(?:/([0-9]{1,3}))?");

  public AddressRange {
    if (prefix > base.getAddress().length * Byte.SIZE) {
      throw new IllegalArgumentException("more bits than the address has: " + prefix);
    }
  }

  /**
   * Reads an address, or an address and a number of bits: {@code 10.0.0.0/8}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  static AddressRange parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException();
    }
    InetAddress base =
        IpAddresses.parse(matcher.group(1)).orElseThrow(IllegalArgumentException::new);
    String bits = matcher.group(2);
    return new AddressRange(
        base, bits == null ? base.getAddress().length * Byte.SIZE : Integer.parseInt(bits));
  }

  public boolean contains(InetAddress address) {
    byte[] ours = base.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    BigInteger difference = new BigInteger(1, ours).xor(new BigInteger(1, theirs));
    return difference.bitLength() <= ours.length * Byte.SIZE - prefix;
  }
}
