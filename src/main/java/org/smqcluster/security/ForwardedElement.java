package org.smqcluster.security;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smqcluster.config.IpAddresses;

/**
 * What one proxy added to the headers: the values of {@code for}, {@code proto} and {@code host} as
 * they came, empty where one is missing.
 */
record ForwardedElement(String client, String scheme, String host) {

  /** An address with or without a port; one of IPv6 is in brackets if a port follows. */
  private static final Pattern NODE =
      Pattern.compile("\\[([^\\]]+)](?::([0-9]{1,5}))?|([^:]+)(?::([0-9]{1,5}))?|([^\\[]+)");

  /** A parameter of a Forwarded header with what ends it. */
  private static final Pattern PARAMETER =
      Pattern.compile("[ \t]*([A-Za-z]++)=(?:([^\",; \t=]++)|\"([^\"\\\\]*+)\")[ \t]*(;|,|$)");

  /** The client's address; empty if there is none, as for {@code unknown}. */
  Optional<InetAddress> address() {
    Matcher node = NODE.matcher(client);
    return node.matches() ? IpAddresses.parse(first(node, 1, 3, 5)) : Optional.empty();
  }

  /** The client's port; 0 if there is none. */
  int port() {
    Matcher node = NODE.matcher(client);
    String port = node.matches() ? first(node, 2, 4) : "";
    return port.isEmpty() ? 0 : Integer.parseInt(port);
  }

  private static String first(Matcher matcher, int... groups) {
    for (int group : groups) {
      if (matcher.group(group) != null) {
        return matcher.group(group);
      }
    }
    return "";
  }

  /**
   * The elements of X-Forwarded-For, in its order. A proxy adds an address, and usually replaces
   * scheme and host: these belong to the last addresses.
   */
  static List<ForwardedElement> ofXForwarded(String clients, String schemes, String hosts) {
    List<String> allClients = values(clients);
    List<String> allSchemes = values(schemes);
    List<String> allHosts = values(hosts);
    List<ForwardedElement> elements = new ArrayList<>();
    for (int i = 0; i < allClients.size(); i++) {
      int fromEnd = allClients.size() - i;
      elements.add(
          new ForwardedElement(
              allClients.get(i), fromEnd(allSchemes, fromEnd), fromEnd(allHosts, fromEnd)));
    }
    return elements;
  }

  private static List<String> values(String header) {
    return header.isEmpty()
        ? List.of()
        : Arrays.stream(header.split(",", -1)).map(String::strip).toList();
  }

  private static String fromEnd(List<String> values, int position) {
    return values.isEmpty() ? "" : values.get(Math.max(0, values.size() - position));
  }

  /** The elements of Forwarded (RFC 7239), in its order; empty if it is malformed. */
  static Optional<List<ForwardedElement>> ofForwarded(String header) {
    List<ForwardedElement> elements = new ArrayList<>();
    Map<String, String> parameters = new TreeMap<>();
    Matcher matcher = PARAMETER.matcher(header);
    int at = 0;
    while (at < header.length()) {
      if (!matcher.region(at, header.length()).lookingAt()) {
        return Optional.empty();
      }
      parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), first(matcher, 2, 3));
      at = matcher.end();
      if (!matcher.group(4).equals(";")) {
        elements.add(
            new ForwardedElement(
                parameters.getOrDefault("for", ""),
                parameters.getOrDefault("proto", ""),
                parameters.getOrDefault("host", "")));
        parameters.clear();
      }
    }
    return parameters.isEmpty() ? Optional.of(elements) : Optional.empty();
  }
}
