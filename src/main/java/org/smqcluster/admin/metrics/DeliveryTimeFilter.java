package org.smqcluster.admin.metrics;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.smqcluster.node.SmqNode;

/**
 * Adds the delivery times to what {@code /metrics} tells Prometheus. They are not in the
 * container's registry: its histograms keep a sample of what was measured and forget, so that rates
 * of their buckets mean nothing. Thread-safe.
 */
@WebFilter(urlPatterns = "/metrics", asyncSupported = true)
public class DeliveryTimeFilter implements Filter {

  @Inject private SmqNode node;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(request, response);
    String type = response.getContentType();
    boolean told =
        ((HttpServletResponse) response).getStatus() == HttpServletResponse.SC_OK
            && type != null
            && type.startsWith("text/plain");
    if (told && isWanted((HttpServletRequest) request) && node.isStarted()) {
      response.getWriter().write(DeliveryTimes.text(node.brokers()));
    }
  }

  /** By the query's text: to ask for a parameter would read, and wait for, the body of a form. */
  private static boolean isWanted(HttpServletRequest request) {
    String query = request.getQueryString();
    return request.getMethod().equals("GET")
        && (query == null || query.equals("scope=application"));
  }
}
