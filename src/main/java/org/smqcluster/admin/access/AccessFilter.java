package org.smqcluster.admin.access;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.SecurityKeys.AuthMode;
import org.smqcluster.config.Settings;
import org.smqcluster.node.SmqNode;
import org.smqcluster.security.Administrators;

/**
 * Authorizes REST requests. While no administrator is configured, requests from this machine may
 * read, and nothing can be changed; while the node starts or stops, there is nothing to administer.
 */
@Provider
@Priority(Priorities.AUTHORIZATION)
public class AccessFilter implements ContainerRequestFilter {

  static final String HOW_TO_SWITCH_ON =
      "Administration is off because no administrator is configured. Set smq.admin.users:"
          + " `server-config/smqctl password NAME` prints what to put there; or set"
          + " smq.admin.oidc.issuer. mvn -Pcluster makes a user for its run and prints the"
          + " password.";

  private static final Set<String> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  @Inject private Administrators administrators;
  @Inject private AdminMechanism mechanism;
  @Inject private Settings settings;
  @Inject private SmqNode node;
  @Context private ResourceInfo resource;
  @Context private HttpServletRequest request;

  @Override
  public void filter(ContainerRequestContext context) {
    authorize(context);
    if (!node.isStarted()) {
      throw ApiException.unavailable("This node is not started yet, or it stops.");
    }
  }

  private void authorize(ContainerRequestContext context) {
    SecurityContext security = context.getSecurityContext();
    boolean loggedIn = security.getUserPrincipal() != null;
    boolean reading = READING.contains(context.getMethod());
    boolean withCookie = loggedIn && mechanism.token(request).isPresent();
    if (!reading
        && RequestOrigin.mayBeForged(request, withCookie, settings.get(ConfigKey.HTTP_URL))) {
      throw ApiException.forbidden(
          "The request may come from another web site's page. Scripts and pages of this node's own"
              + " send the header "
              + RequestOrigin.OWN_HEADER
              + ". Behind a proxy, set smq.http.url to the address that browsers use.");
    }
    Role needed = needed();
    if (needed == Role.PUBLIC) {
      return;
    }
    if (!administrators.isConfigured()) {
      if (needed != Role.VIEWER || !reading || !RequestOrigin.isThisMachine(request)) {
        throw ApiException.forbidden(HOW_TO_SWITCH_ON);
      }
    } else if (!loggedIn) {
      throw new WebApplicationException(unauthorized());
    } else if (!security.isUserInRole(needed.group())) {
      throw ApiException.forbidden(
          security.getUserPrincipal().getName() + " is no " + needed.group() + ".");
    }
  }

  private Role needed() {
    Allow allow =
        resource.getResourceMethod() == null
            ? null
            : resource.getResourceMethod().getAnnotation(Allow.class);
    Role role = allow == null ? Role.OPERATOR : allow.value();
    if (role == Role.VISITOR) {
      return settings.get(SecurityKeys.AUTH).contains(AuthMode.NONE) ? Role.PUBLIC : Role.VIEWER;
    }
    return role;
  }

  private Response unauthorized() {
    Response response =
        Problem.of(Status.UNAUTHORIZED, "Log in at /admin/, or send user and password.").response();
    // a browser would ask for the password itself, and keep it
    boolean browser =
        request.getHeader("Sec-Fetch-Mode") != null
            || request.getHeader(RequestOrigin.OWN_HEADER) != null;
    return browser
        ? response
        : Response.fromResponse(response)
            .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"SMQ\", charset=\"UTF-8\"")
            .build();
  }
}
