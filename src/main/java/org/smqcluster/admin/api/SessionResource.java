package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.AdminMechanism;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.ClusterSessions;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.access.SessionCookie;
import org.smqcluster.admin.audit.AuditFilter;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.security.Administrators;
import org.smqcluster.security.OidcLogin;

/** Logging in and out of the console. */
@Path("session")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Session")
public class SessionResource {

  @Inject private Administrators administrators;
  @Inject private AdminMechanism mechanism;
  @Inject private ClusterSessions sessions;
  @Inject private SessionCookie cookie;
  @Inject private Optional<OidcLogin> oidc;
  @Inject private Settings settings;
  @Context private HttpServletRequest request;

  /** The login of the request. */
  @Schema(name = "Session", description = "The login of the request")
  public record View(
      @Schema(description = "Whether administrators are configured") boolean enabled,
      @Schema(description = "Null without a login", nullable = true, example = "admin") String user,
      @Schema(description = "Whether it may look at everything") boolean viewer,
      @Schema(description = "Whether it may change things") boolean operator,
      @Schema(description = "What the login page says", example = "") String hint,
      @Schema(description = "Whether there is a login server, at session/oidc") boolean oidc) {}

  /** User and password. */
  @Schema(name = "Login", description = "User and password")
  public record Login(
      @Schema(example = "admin") String user, @Schema(example = "a password") String password) {}

  @GET
  @Allow(Role.PUBLIC)
  @Operation(summary = "The login of the request", description = "Public.")
  public View session(@Context SecurityContext security) {
    return new View(
        administrators.isConfigured(),
        security.getUserPrincipal() == null ? null : security.getUserPrincipal().getName(),
        security.isUserInRole(Administrators.VIEWER),
        security.isUserInRole(Administrators.OPERATOR),
        settings.get(AdminKeys.LOGIN_HINT),
        oidc.isPresent());
  }

  @POST
  @Allow(Role.PUBLIC)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Log in", description = "The answer sets a cookie. Public.")
  @APIResponse(
      responseCode = "200",
      description = "Logged in",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = View.class)))
  @APIResponse(responseCode = "401", description = "Wrong, or too many attempts")
  public Response login(Login login) {
    if (login == null || login.user() == null || login.password() == null) {
      throw ApiException.badRequest("Give user and password.");
    }
    CredentialValidationResult result = mechanism.login(login.user(), login.password(), request);
    if (result.getStatus() != CredentialValidationResult.Status.VALID) {
      return Problem.of(
              Status.UNAUTHORIZED,
              "User or password is wrong, or there were too many attempts within a minute.")
          .response();
    }
    Set<String> roles = result.getCallerGroups();
    AuditFilter.loggedIn(request, result.getCallerPrincipal().getName());
    String token = sessions.begin(result.getCallerPrincipal().getName(), roles);
    View view =
        new View(
            true,
            result.getCallerPrincipal().getName(),
            roles.contains(Administrators.VIEWER),
            roles.contains(Administrators.OPERATOR),
            settings.get(AdminKeys.LOGIN_HINT),
            oidc.isPresent());
    return Response.ok(view).cookie(cookie.of(token, request)).build();
  }

  @DELETE
  @Allow(Role.PUBLIC)
  @Operation(summary = "Log out", description = "Public.")
  @APIResponse(responseCode = "204", description = "Logged out")
  public Response logout() {
    mechanism.token(request).ifPresent(sessions::end);
    return Response.noContent().cookie(cookie.none(request)).build();
  }
}
