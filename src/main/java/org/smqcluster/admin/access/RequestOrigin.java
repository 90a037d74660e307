package org.smqcluster.admin.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.smqcluster.config.IpAddresses;
import org.smqcluster.security.Origins;

/** Where a request comes from: another web site's page, this machine, or elsewhere. */
final class RequestOrigin {

  /**
   * Scripts and pages of our own send it; a page of another origin needs a CORS preflight for it.
   */
  static final String OWN_HEADER = "X-Requested-By";

  /** Narrower than what {@link Origins} takes: what comes so may read without a login. */
  private static final Pattern OWN_NAME =
      Pattern.compile(
          "(localhost|[a-z0-9-]+\\.localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+])"
              + "(:[0-9]+)?");

  private RequestOrigin() {}

  /**
   * Whether a page of another web site may have made a browser send this. Browsers say where a
   * request that changes something comes from; other programs say nothing.
   *
   * @param withCookie whether the browser's cookie is what authenticates it
   * @param ownUrl {@code smq.http.url}: where browsers reach this node, also through a proxy that
   *     does not pass on the Host header; may be empty
   */
  static boolean mayBeForged(HttpServletRequest request, boolean withCookie, String ownUrl) {
    if (withCookie && request.getHeader(OWN_HEADER) == null) {
      return true;
    }
    String origin = request.getHeader("Origin");
    String site = request.getHeader("Sec-Fetch-Site");
    if (origin != null) {
      return !isOwn(origin, request.getHeader("Host")) && !Origins.areSame(origin, ownUrl);
    }
    return site != null && !site.equals("same-origin") && !site.equals("none");
  }

  private static boolean isOwn(String origin, String host) {
    String from = origin.toLowerCase(Locale.ROOT);
    return host != null
        && (from.equals("http://" + host.toLowerCase(Locale.ROOT))
            || from.equals("https://" + host.toLowerCase(Locale.ROOT)));
  }

  /**
   * Whether the request comes from this machine: over loopback, not through a proxy, and to a host
   * name that a foreign page cannot have rebound to this address.
   */
  static boolean isThisMachine(HttpServletRequest request) {
    String host = request.getHeader("Host");
    return IpAddresses.parse(request.getRemoteAddr())
            .filter(InetAddress::isLoopbackAddress)
            .isPresent()
        && request.getHeader("Forwarded") == null
        && request.getHeader("X-Forwarded-For") == null
        && host != null
        && OWN_NAME.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
