package org.smqcluster.admin.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.smqcluster.broker.spi.ClientNetwork;

/**
 * Bounds how many requests may wait for their body at a time. Each of them holds one of the
 * server's threads for as long as its sender likes to take, up to half a minute: without a bound, a
 * few hundred slow senders would keep all threads from pages and WebSockets. Thread-safe.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class BodyConcurrencyLimit extends HttpFilter {

  /** Most requests with a body at a time, of all senders; the server has 200 threads. */
  static final int MAX_REQUESTS = 64;

  /**
   * Most requests with a body at a time from one IPv4 address or IPv6 /64. Loopback has no such
   * limit: a proxy on this machine has many senders behind it.
   */
  static final int MAX_REQUESTS_OF_NETWORK = 16;

  private static final long serialVersionUID = 1L;

  private final transient Semaphore all = new Semaphore(MAX_REQUESTS);
  private final transient Map<ClientNetwork, Integer> networks = new ConcurrentHashMap<>();

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getContentLengthLong() == 0
        || request.getContentLengthLong() < 0 && request.getHeader("Transfer-Encoding") == null) {
      chain.doFilter(request, response);
      return;
    }
    InetAddress address = InetAddress.getByName(request.getRemoteAddr());
    if (!enter(address)) {
      response.setHeader("Retry-After", "30");
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "Too many requests at once");
      return;
    }
    try {
      chain.doFilter(request, response);
    } finally {
      leave(address);
    }
  }

  boolean enter(InetAddress address) {
    if (!all.tryAcquire()) {
      return false;
    }
    if (address.isLoopbackAddress()
        || networks.merge(ClientNetwork.of(address), 1, Integer::sum) <= MAX_REQUESTS_OF_NETWORK) {
      return true;
    }
    leave(address);
    return false;
  }

  void leave(InetAddress address) {
    all.release();
    if (!address.isLoopbackAddress()) {
      networks.computeIfPresent(
          ClientNetwork.of(address), (network, count) -> count == 1 ? null : count - 1);
    }
  }
}
