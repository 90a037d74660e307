package org.smqcluster.admin.access;

import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Content-Security-Policy of all pages: nothing inline, nothing from elsewhere.
 *
 * @param ofFrames for the pages that other nodes' pages show in a frame
 * @param ofOthers for all others: no frame, so that no click of an administrator can be hijacked
 */
record SecurityHeaders(String ofFrames, String ofOthers) {

  private static final Pattern SAFE_HOST = Pattern.compile("[A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+]");

  /** The policies: pages connect to these nodes, and show each other's. */
  static SecurityHeaders of(Collection<URI> nodes) {
    Set<String> pages = new LinkedHashSet<>();
    Set<String> connections = new LinkedHashSet<>();
    for (URI node : nodes) {
      if (node.getHost() != null && SAFE_HOST.matcher(node.getHost()).matches()) {
        // the syntax has no IPv6 address: any host with the port stands for it
        String host = (node.getHost().startsWith("[") ? "*" : node.getHost()) + port(node);
        boolean secure = "https".equals(node.getScheme());
        String page = node.getScheme() + "://" + host;
        pages.add(page);
        connections.add(page);
        connections.add((secure ? "wss://" : "ws://") + host);
      }
    }
    String frames = String.join(" ", pages);
    String policy =
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self';"
            + " img-src 'self' data:; connect-src 'self' "
            + String.join(" ", connections)
            + "; frame-src 'self' "
            + frames
            + "; frame-ancestors ";
    return new SecurityHeaders(policy + "'self' " + frames, policy + "'none'");
  }

  /** On one machine nodes come and go while a page stays: any of its ports may be one. */
  private static String port(URI node) {
    boolean loopback = node.getHost().equals("localhost") || node.getHost().startsWith("127.");
    if (loopback) {
      return ":*";
    }
    return node.getPort() < 0 ? "" : ":" + node.getPort();
  }
}
