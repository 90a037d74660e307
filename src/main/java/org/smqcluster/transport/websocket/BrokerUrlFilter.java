package org.smqcluster.transport.websocket;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.SessionAcceptor;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.payara.HttpListeners;
import org.smqcluster.security.Origins;
import org.smqcluster.security.TrustedProxies;

/**
 * Stands before the broker's URL: lets WebSocket handshakes pass with what is known of their
 * client, and answers everything else with a short page for people (SMQ section 1).
 */
final class BrokerUrlFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private static final LimitedLog LOG = new LimitedLog(BrokerUrlFilter.class);

  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>SMQ broker</title></head>
      <body>
      <h1>SMQ broker</h1>
      <p>This is the address of an SMQ message broker. Clients connect to it by WebSocket;
      a browser that opens it as a page finds only this text.</p>
      <p><a href="./">To the pages of this node</a></p>
      </body>
      </html>
      """;

  private final transient Map<String, SessionAcceptor> brokers;
  private final transient Origins origins;
  private final transient TrustedProxies proxies;
  private final transient Optional<FastPath> fastPath;

  /** What the guard mends is Payara's; other servers may not bear it. */
  private final transient boolean guarding = HttpListeners.known();

  /**
   * @param brokers by path
   */
  BrokerUrlFilter(
      Map<String, SessionAcceptor> brokers,
      Origins origins,
      TrustedProxies proxies,
      Optional<FastPath> fastPath) {
    this.brokers = brokers;
    this.origins = origins;
    this.proxies = proxies;
    this.fastPath = fastPath;
  }

  @Override
  protected void doFilter(
      HttpServletRequest received, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<HttpServletRequest> sent = proxies.asSent(received, response);
    if (sent.isPresent()) {
      handle(sent.get(), response, chain);
    }
  }

  private void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      answerPeople(request, response);
      return;
    }
    shakeHands(request, response, chain);
    int status = response.getStatus();
    if (status >= HttpServletResponse.SC_BAD_REQUEST) {
      boolean foreign = status == HttpServletResponse.SC_FORBIDDEN;
      brokers
          .get(request.getServletPath())
          .metrics()
          .refused(foreign ? Refusal.ORIGIN : Refusal.BAD_HANDSHAKE);
    }
  }

  private void shakeHands(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!isHandshake(request)) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, "This is no WebSocket handshake");
    } else if (!origins.permits(
        request.getHeader("Origin"), request.getHeader("Host"), request.isSecure())) {
      LOG.log(
          Level.WARNING,
          "Refused a WebSocket of a page from {0}, by {1}. If the page is yours, name its origin in"
              + " smq.origin.allowed.",
          request.getHeader("Origin"),
          request.getRemoteAddr());
      response.sendError(
          HttpServletResponse.SC_FORBIDDEN,
          "Pages of this origin may not connect; smq.origin.allowed names those that may");
    } else {
      ConnectionInfo client = info(request);
      EndpointConfigurator.current(client);
      try {
        // guarded also where the fast path passes the handshake on
        HttpServletRequest handshake = guarding ? GuardedUpgradeHandler.guarded(request) : request;
        if (fastPath.isPresent()) {
          fastPath.get().handshake(client, handshake, response, chain);
        } else {
          chain.doFilter(handshake, response);
        }
      } finally {
        EndpointConfigurator.current(null);
      }
    }
  }

  /** RFC 6455, section 4.2.1, as far as Tyrus does not ask for it, or fails. */
  private static boolean isHandshake(HttpServletRequest request) {
    return request.getMethod().equals("GET")
        && request.getProtocol().equals("HTTP/1.1")
        && HandshakeKey.isValid(Collections.list(request.getHeaders(HandshakeKey.HEADER)))
        && request.getContentLengthLong() <= 0
        && request.getHeader("Transfer-Encoding") == null
        && Collections.list(request.getHeaders("Connection")).stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .anyMatch(option -> option.strip().equalsIgnoreCase("Upgrade"));
  }

  private static void answerPeople(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      response.setHeader("Allow", "GET, HEAD");
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    response.setContentType("text/html;charset=UTF-8");
    response.setHeader("Cache-Control", "no-store");
    response.getWriter().write(PAGE);
  }

  private static ConnectionInfo info(HttpServletRequest request) throws UnknownHostException {
    X509Certificate[] chain = (X509Certificate[]) request.getAttribute(CERTIFICATES);
    return new ConnectionInfo(
        Transport.WEBSOCKET,
        InetAddress.getByName(request.getRemoteAddr()),
        request.getRemotePort(),
        request.getServletPath(),
        headers(request),
        Optional.ofNullable(request.getUserPrincipal()),
        chain == null ? List.of() : List.of(chain),
        request.isSecure());
  }

  private static Map<String, List<String>> headers(HttpServletRequest request) {
    Map<String, List<String>> headers = new TreeMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      headers.put(
          name.toLowerCase(Locale.ROOT), List.copyOf(Collections.list(request.getHeaders(name))));
    }
    return Collections.unmodifiableMap(headers);
  }
}
