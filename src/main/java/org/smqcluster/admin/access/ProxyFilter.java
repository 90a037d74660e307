package org.smqcluster.admin.access;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.smqcluster.security.TrustedProxies;

/**
 * Gives all that follows the request as its client sent it to a trusted proxy. In web.xml, so that
 * it is the first of the application's filters.
 */
public class ProxyFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  @Inject private transient TrustedProxies proxies;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<HttpServletRequest> sent = proxies.asSent(request, response);
    if (sent.isPresent()) {
      chain.doFilter(sent.get(), response);
    }
  }
}
