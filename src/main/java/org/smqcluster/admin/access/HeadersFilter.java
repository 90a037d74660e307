package org.smqcluster.admin.access;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.config.AdminKeys.MonitoringAccess;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.node.SmqNode;
import org.smqcluster.security.Administrators;
import org.smqcluster.security.Origins;

/**
 * Puts the security headers on every answer, and protects what is for supervision as {@code
 * smq.admin.monitoring} says. Thread-safe.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class HeadersFilter implements Filter {

  /**
   * Marks in the WAR for Payara, see pom.xml, which would tell strangers the libraries' versions.
   */
  private static final String UNSCANNED = "/WEB-INF__";

  /** Where Payara describes an application of its own; the document is at /openapi alone. */
  private static final String BELOW_OPENAPI = "/openapi/";

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** For others the server would wait for a body that its answer does not need. */
  private static final Set<String> READING = Set.of("GET", "HEAD");

  /** Pages that pages of other nodes show in frames. */
  private static final String FRAMED = "/led/";

  /** The browser client, which pages of any site may load. */
  private static final Set<String> FOR_ALL_SITES = Set.of("/smq.js", "/smq.mjs", "/rtl/smq.js");

  /** What a page goes on asking of the node that it has moved to, when its own has died. */
  private static final String FOR_OTHER_NODES = "/api/led/devices";

  @Inject private SmqNode node;
  @Inject private Settings settings;

  private Origins origins;
  private SecurityHeaders policies;
  private long madeNanos;

  @Override
  public void init(FilterConfig ignored) {
    origins =
        new Origins(
            settings.get(SecurityKeys.ORIGIN_ALLOWED),
            () -> node.isStarted() ? node.origins() : List.of(),
            settings.get(ConfigKey.BIND_ADDRESS));
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest asked = (HttpServletRequest) request;
    HttpServletResponse answer = (HttpServletResponse) response;
    String path = path(asked);
    SecurityHeaders current = policies();
    answer.setHeader(
        "Content-Security-Policy",
        path.startsWith(FRAMED) ? current.ofFrames() : current.ofOthers());
    answer.setHeader("X-Content-Type-Options", "nosniff");
    answer.setHeader("Referrer-Policy", "no-referrer");
    answer.setHeader("Cross-Origin-Resource-Policy", "same-site");
    if (FOR_ALL_SITES.contains(path)) {
      answer.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
      answer.setHeader("Access-Control-Allow-Origin", "*");
    }
    if (path.equals(FOR_OTHER_NODES)) {
      letItsPagesRead(asked, answer);
    }
    answer.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
    if (path.startsWith(UNSCANNED) || path.startsWith(BELOW_OPENAPI)) {
      answer.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (isForSupervision(path) && !maySupervise(settings.get(AdminKeys.MONITORING), asked)) {
      answer.sendError(HttpServletResponse.SC_FORBIDDEN);
    } else if (isForSupervision(path) && !READING.contains(asked.getMethod())) {
      answer.setHeader("Allow", "GET, HEAD");
      answer.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    } else {
      chain.doFilter(request, response);
    }
  }

  /** To the pages that may open WebSockets here, which learn the same from the devices. */
  private void letItsPagesRead(HttpServletRequest asked, HttpServletResponse answer) {
    String origin = asked.getHeader("Origin");
    answer.addHeader("Vary", "Origin");
    if (origin != null && origins.permits(origin, asked.getHeader("Host"), asked.isSecure())) {
      answer.setHeader("Access-Control-Allow-Origin", origin);
    }
  }

  /** Made anew once a second, because nodes come and go. */
  private synchronized SecurityHeaders policies() {
    if (policies == null || System.nanoTime() - madeNanos >= FRESH_NANOS) {
      Set<URI> shown = new LinkedHashSet<>();
      if (node.isStarted()) {
        shown.addAll(node.origins());
        settings.get(SecurityKeys.ORIGIN_ALLOWED).stream()
            .filter(origin -> !origin.equals("*"))
            .map(URI::create)
            .forEach(shown::add);
      }
      policies = SecurityHeaders.of(shown);
      madeNanos = System.nanoTime();
    }
    return policies;
  }

  /** As the container understood it: without parameters, doubled slashes and escapes. */
  private static String path(HttpServletRequest request) {
    String below = request.getPathInfo();
    return below == null ? request.getServletPath() : request.getServletPath() + below;
  }

  private static boolean isForSupervision(String path) {
    return path.equals("/metrics")
        || path.startsWith("/metrics/")
        || path.equals("/health")
        || path.startsWith("/health/");
  }

  static boolean maySupervise(MonitoringAccess access, HttpServletRequest request) {
    return switch (access) {
      case ANYBODY -> true;
      case LOOPBACK -> RequestOrigin.isThisMachine(request);
      case VIEWERS -> request.isUserInRole(Administrators.VIEWER);
    };
  }
}
