package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.ClusterSessions;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.access.SessionCookie;
import org.smqcluster.admin.audit.AuditFilter;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.node.SmqNode;
import org.smqcluster.security.OidcLogin;

/** Logging in to the console by the login server of {@code smq.admin.oidc.issuer}. */
@Path("session/oidc")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Session")
public class OidcResource {

  /** What the browser keeps of a login that is under way. */
  private static final String COOKIE = "smq-oidc";

  private static final int SECONDS = 600;

  @Inject private Optional<OidcLogin> login;
  @Inject private ClusterSessions sessions;
  @Inject private SessionCookie cookie;
  @Inject private SmqNode node;
  @Context private HttpServletRequest request;

  @GET
  @Allow(Role.PUBLIC)
  @Operation(summary = "Begin a login at the login server", description = "For browsers. Public.")
  @APIResponse(responseCode = "303", description = "To the login server")
  public Response begin() {
    try {
      OidcLogin.Begun begun = configured().begin(callback());
      return Response.seeOther(begun.address()).cookie(underWay(begun.secrets(), SECONDS)).build();
    } catch (OidcLogin.FailedException e) {
      throw ApiException.unavailable(e.getMessage());
    }
  }

  @GET
  @Path("callback")
  @Allow(Role.PUBLIC)
  @Operation(summary = "End a login", description = "The login server sends browsers here. Public.")
  @APIResponse(responseCode = "303", description = "Logged in: to the console")
  @APIResponse(responseCode = "401", description = "Not the end of a login that began here")
  @APIResponse(
      responseCode = "403",
      description = "Logged in at the login server, but no administrator")
  public Response end(
      @CookieParam(COOKIE) String secrets,
      @QueryParam("state") String state,
      @QueryParam("code") String code)
      throws UnknownHostException {
    if (secrets == null || state == null || code == null) {
      return refused(Status.UNAUTHORIZED, "This is not the end of a login that began here.");
    }
    InetAddress from = InetAddress.getByName(request.getRemoteAddr());
    try {
      OidcLogin.Administrator who = configured().finish(from, callback(), secrets, state, code);
      if (who.roles().isEmpty()) {
        return refused(Status.FORBIDDEN, who.name() + " is not an administrator of this cluster.");
      }
      AuditFilter.loggedIn(request, who.name());
      return Response.seeOther(URI.create(node.cluster().self().httpUrl() + "/admin/"))
          .cookie(cookie.of(sessions.begin(who.name(), who.roles()), request))
          .cookie(underWay("", 0))
          .build();
    } catch (OidcLogin.FailedException e) {
      return refused(Status.UNAUTHORIZED, e.getMessage());
    }
  }

  private OidcLogin configured() {
    return login.orElseThrow(() -> ApiException.notFound("smq.admin.oidc.issuer is not set."));
  }

  private Response refused(Status status, String why) {
    return Response.fromResponse(Problem.of(status, why).response())
        .cookie(underWay("", 0))
        .build();
  }

  /** As the login server must know it: the same whatever the request calls this node. */
  private String callback() {
    return node.cluster().self().httpUrl() + "/api/session/oidc/callback";
  }

  private NewCookie underWay(String secrets, int seconds) {
    return cookie
        .builder(COOKIE, request)
        .value(secrets)
        .maxAge(seconds)
        .path(request.getContextPath() + "/api/session/oidc")
        // comes along when the login server sends the browser back
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }
}
