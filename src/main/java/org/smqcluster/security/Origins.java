package org.smqcluster.security;

import java.net.InetAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Which web pages may open WebSockets here: those of the same origin, those of the cluster's other
 * nodes, since a page fails over from one to another, and those of {@code smq.origin.allowed}. A
 * request without an Origin header is not a browser's and passes.
 *
 * <p>On a node that serves its own machine alone, a host name that is not configured does not count
 * as the same origin: a foreign page can make its own name resolve to 127.0.0.1 (DNS rebinding).
 * Thread-safe.
 */
public final class Origins {

  private static final String ANY = "*";
  private static final Pattern IP_LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");

  private final Set<String> allowed;
  private final Supplier<? extends Collection<URI>> nodes;
  private final boolean anyName;

  /**
   * Makes the policy.
   *
   * @param allowed origins of pages that may connect, {@code *} for all
   * @param nodes the URLs of the cluster's nodes at the moment
   * @param bindAddress where the node listens
   */
  public Origins(
      List<String> allowed, Supplier<? extends Collection<URI>> nodes, InetAddress bindAddress) {
    this.allowed = Set.copyOf(allowed.stream().map(Origins::normal).toList());
    this.nodes = nodes;
    this.anyName = !isLocalhost(bindAddress);
  }

  /** 127.0.0.1 and ::1; other loopback addresses are chosen by hand, and so are their names. */
  private static boolean isLocalhost(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address.isLoopbackAddress() && bytes[bytes.length - 1] == 1;
  }

  /**
   * Whether a page may connect. Any thread.
   *
   * @param origin the Origin header; null if there is none
   * @param host the Host header
   * @param secure whether the connection is encrypted
   */
  public boolean permits(String origin, String host, boolean secure) {
    if (origin == null || allowed.contains(ANY)) {
      return true;
    }
    String from = normal(origin);
    if (allowed.contains(from)) {
      return true;
    }
    return isSame(from, host, secure)
        || nodes.get().stream().anyMatch(node -> normal(node.toString()).equals(from));
  }

  private boolean isSame(String origin, String host, boolean secure) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    boolean same =
        origin.equals(normal("https://" + name))
            // encryption may end at a proxy: then this side does not know of it
            || !secure && origin.equals(normal("http://" + name));
    return same && (anyName || isOwnName(name.replaceFirst(":[0-9]+$", "")));
  }

  private static boolean isOwnName(String name) {
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || IP_LITERAL.matcher(name).matches();
  }

  /** Whether two URLs have one scheme, host and port. */
  public static boolean areSame(String one, String other) {
    return normal(one).equals(normal(other));
  }

  /** In lower case, without the scheme's own port and without a path. */
  private static String normal(String origin) {
    String text = origin.toLowerCase(Locale.ROOT).replaceFirst("(?<=[^:/])/.*$", "");
    return text.startsWith("https://")
        ? text.replaceFirst(":443$", "")
        : text.replaceFirst(":80$", "");
  }
}
