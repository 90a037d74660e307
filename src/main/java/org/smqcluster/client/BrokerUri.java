package org.smqcluster.client;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.smqcluster.protocol.AddressText;

/**
 * Where a broker listens: {@code smq} and {@code smqs} (raw transport, plain and TLS), {@code ws}
 * and {@code wss}.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param target path and query as they stand in the HTTP request
 */
record BrokerUri(boolean webSocket, boolean tls, String host, int port, String target) {

  private static final String DEFAULT_TARGET = "/smq.lsp";
  private static final Map<String, Integer> DEFAULT_PORTS =
      Map.of("smq", 8085, "smqs", 8883, "ws", 80, "wss", 443);

  /** One address of a broker's host. */
  record Target(BrokerUri uri, InetAddress address) {
    @Override
    public String toString() {
      return uri + (AddressText.of(address).equals(uri.host) ? "" : " " + AddressText.of(address));
    }
  }

  /**
   * Reads URLs, each argument one or several with commas between them. Without a port it is 8085
   * for {@code smq}, 8883 for {@code smqs}, 80 for {@code ws} and 443 for {@code wss}; without a
   * path it is {@code /smq.lsp}.
   *
   * @throws IllegalArgumentException if there is none, or one that is not understood
   */
  static List<BrokerUri> parseAll(String... lists) {
    List<BrokerUri> uris = new ArrayList<>();
    for (String list : lists) {
      for (String text : list.split(",")) {
        if (!text.isBlank()) {
          uris.add(parse(text.strip()));
        }
      }
    }
    if (uris.isEmpty()) {
      throw new IllegalArgumentException("no broker address");
    }
    return List.copyOf(uris);
  }

  private static BrokerUri parse(String text) {
    URI uri = URI.create(text);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !DEFAULT_PORTS.containsKey(scheme)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an smq://, smqs://, ws:// or wss:// address");
    }
    int port = uri.getPort() < 0 ? DEFAULT_PORTS.get(scheme) : uri.getPort();
    String path = uri.getRawPath().isEmpty() ? DEFAULT_TARGET : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    boolean tls = scheme.equals("smqs") || scheme.equals("wss");
    return new BrokerUri(scheme.startsWith("ws"), tls, host, port, target);
  }

  /** Host and port as the HTTP header {@code Host} has them. */
  String authority() {
    return AddressText.withPort(host, port);
  }

  @Override
  public String toString() {
    return (webSocket ? "ws" : "smq") + (tls ? "s" : "") + "://" + authority() + target;
  }
}
