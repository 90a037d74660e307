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
import java.util.Collection;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.node.SmqNode;

/**
 * Adds the delivery times to what {@code /metrics} tells Prometheus. They are not in the
 * container's registry: its histograms keep a sample of what was measured and forget, so that rates
 * of their buckets mean nothing. Thread-safe.
 */
@WebFilter(urlPatterns = "/metrics", asyncSupported = true)
public class DeliveryTimeFilter implements Filter {

  private static final double NANOS_PER_SECOND = 1e9;

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
      response.getWriter().write(text(node.brokers()));
    }
  }

  /** By the query's text: to ask for a parameter would read, and wait for, the body of a form. */
  private static boolean isWanted(HttpServletRequest request) {
    String query = request.getQueryString();
    return request.getMethod().equals("GET")
        && (query == null || query.equals("scope=application"));
  }

  /** The delivery times as a histogram in Prometheus' text form. */
  static String text(Collection<Broker> brokers) {
    String name = SmqMetric.DELIVERY.metric();
    StringBuilder out = new StringBuilder();
    out.append("# TYPE ").append(name).append(" histogram\n");
    out.append("# HELP ").append(name).append(' ').append(SmqMetric.DELIVERY.help()).append('\n');
    brokers.forEach(broker -> add(out, name, broker.name(), broker.metrics()));
    return out.toString();
  }

  private static void add(StringBuilder out, String name, String broker, BrokerMetrics metrics) {
    long upTo = 0;
    for (int i = 0; i < BrokerMetrics.DELIVERY_BUCKETS; i++) {
      upTo += metrics.deliveryTime(i);
      bucket(out, name, broker, seconds(BrokerMetrics.bucketNanos(i)), upTo);
    }
    upTo += metrics.deliveryTime(BrokerMetrics.DELIVERY_BUCKETS);
    bucket(out, name, broker, "+Inf", upTo);
    String of = "{broker=\"" + broker + "\"} ";
    out.append(name).append("_sum").append(of).append(seconds(metrics.deliveryNanos()));
    out.append('\n').append(name).append("_count").append(of).append(upTo).append('\n');
  }

  private static void bucket(StringBuilder out, String name, String broker, String le, long upTo) {
    out.append(name).append("_bucket{broker=\"").append(broker).append("\",le=\"").append(le);
    out.append("\"} ").append(upTo).append('\n');
  }

  private static String seconds(long nanos) {
    return Double.toString(nanos / NANOS_PER_SECOND);
  }
}
