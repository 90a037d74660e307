package org.smqcluster.examples;

/** The brokers that an example uses. */
final class Brokers {

  private static final String[] LOCAL = {"smq://127.0.0.1:8085/smq.lsp"};

  private Brokers() {}

  static String[] of(String... urls) {
    return urls.length == 0 ? LOCAL : urls;
  }
}
