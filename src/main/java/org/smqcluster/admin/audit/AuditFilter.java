package org.smqcluster.admin.audit;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.WireText;

/**
 * Remembers the operations of users that are logged in: those that change something, and traces,
 * which show payloads. Requests without a login are refused, and would push out what matters.
 */
@Provider
public class AuditFilter implements ContainerRequestFilter, ContainerResponseFilter {

  private static final String ADDRESS = AuditFilter.class.getName() + ".address";
  private static final int MAX_PATH_BYTES = 500;
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  @Inject private SmqNode node;
  @Inject private AuditLog log;
  @Context private HttpServletRequest http;

  /** The address is known only while the request's own thread has it. */
  @Override
  public void filter(ContainerRequestContext request) {
    request.setProperty(ADDRESS, http.getRemoteAddr());
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    Principal user = request.getSecurityContext().getUserPrincipal();
    Object address = request.getProperty(ADDRESS);
    String path = request.getUriInfo().getPath();
    boolean matters = !READING.contains(request.getMethod()) || path.startsWith("trace");
    if (user == null || address == null || !matters || !node.isStarted()) {
      return;
    }
    String query = request.getUriInfo().getRequestUri().getQuery();
    log.add(
        new AuditEntry(
            Instant.now(),
            node.name(),
            user.getName(),
            address.toString(),
            request.getMethod(),
            WireText.printable(
                WireText.cut(query == null ? path : path + "?" + query, MAX_PATH_BYTES)),
            response.getStatus()));
  }
}
