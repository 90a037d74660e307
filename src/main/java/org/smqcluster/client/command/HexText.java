package org.smqcluster.client.command;

import java.util.HexFormat;

/** Bytes as the command line shows and takes them. */
final class HexText {

  private HexText() {}

  static byte[] parse(String digits) {
    try {
      return HexFormat.of().parseHex(digits.replace(" ", ""));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--hex takes an even number of hexadecimal digits");
    }
  }

  static String format(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
