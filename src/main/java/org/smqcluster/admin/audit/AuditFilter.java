package org.smqcluster.admin.audit;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.security.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.smqcluster.config.IpAddresses;
import org.smqcluster.log.LogText;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.AddressText;
import org.smqcluster.protocol.WireText;

/**
 * Records the requests of users that are logged in: those that change something, logins, and
 * traces, which show payloads. Requests without a login are not recorded: they are refused, and
 * would push out what matters.
 */
@Provider
public class AuditFilter
    implements ContainerRequestFilter, ContainerResponseFilter, ReaderInterceptor {

  /** The body of a request whose parameters the audit list tells. */
  public interface Audited {

    /**
     * The parameters worth recording, without secrets and payloads; may be long and contain any
     * characters.
     */
    String parameters();
  }

  private static final String ADDRESS = AuditFilter.class.getName() + ".address";
  private static final String PARAMETERS = AuditFilter.class.getName() + ".parameters";
  private static final String LOGGED_IN = AuditFilter.class.getName() + ".user";
  private static final int MAX_CHARS = 500;
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  @Inject private SmqNode node;
  @Inject private AuditLog log;
  @Context private HttpServletRequest http;

  /** Notes that this request has logged a user in. */
  public static void loggedIn(HttpServletRequest request, String user) {
    request.setAttribute(LOGGED_IN, user);
  }

  /** The address is known only while the request's own thread has it. */
  @Override
  public void filter(ContainerRequestContext request) {
    String address = http.getRemoteAddr();
    request.setProperty(ADDRESS, IpAddresses.parse(address).map(AddressText::of).orElse(address));
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    Object body = context.proceed();
    if (body instanceof Audited audited) {
      context.setProperty(PARAMETERS, audited.parameters());
    }
    return body;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    Optional<Object> loggedIn = Optional.ofNullable(request.getProperty(LOGGED_IN));
    Optional<Object> user =
        loggedIn.or(
            () ->
                Optional.ofNullable(request.getSecurityContext().getUserPrincipal())
                    .map(Principal::getName));
    Object address = request.getProperty(ADDRESS);
    String path = request.getUriInfo().getPath();
    boolean matters =
        loggedIn.isPresent() || !READING.contains(request.getMethod()) || path.startsWith("trace");
    if (user.isEmpty() || address == null || !matters || !node.isStarted()) {
      return;
    }
    String query = request.getUriInfo().getRequestUri().getQuery();
    Object parameters = request.getProperty(PARAMETERS);
    log.add(
        new AuditLog.Entry(
            Instant.now(),
            node.name(),
            user.get().toString(),
            address.toString(),
            request.getMethod(),
            // the query of a login at a login server has its authorization code
            WireText.printable(
                WireText.cut(
                    query == null || loggedIn.isPresent() ? path : path + "?" + query, MAX_CHARS)),
            parameters == null ? "" : LogText.line(parameters.toString(), MAX_CHARS),
            response.getStatus()));
  }
}
