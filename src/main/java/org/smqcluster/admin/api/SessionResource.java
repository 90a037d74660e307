package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.AdminMechanism;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.ClusterSessions;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.audit.AuditFilter;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.node.SmqNode;
import org.smqcluster.security.Administrators;
import org.smqcluster.security.OidcLogin;

/**
 * Logging in and out of the console, by password or by the login server of {@code
 * smq.admin.oidc.issuer}.
 */
@Path("session")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Session")
public class SessionResource {

  /** What the browser keeps of a login that is under way. */
  private static final String COOKIE = "smq-oidc";

  private static final int SECONDS = 600;

  @Inject private Administrators administrators;
  @Inject private AdminMechanism mechanism;
  @Inject private ClusterSessions sessions;
  @Inject private Optional<OidcLogin> oidc;
  @Inject private Settings settings;
  @Inject private SmqNode node;
  @Context private HttpServletRequest request;

  @Schema(name = "Session", description = "The login of the request")
  public record View(
      @Schema(description = "Whether administrators are configured") boolean enabled,
      @Schema(description = "Null without a login", nullable = true, example = "admin") String user,
      @Schema(description = "Whether it may look at everything") boolean viewer,
      @Schema(description = "Whether it may change things") boolean operator,
      @Schema(description = "What the login page says", example = "") String hint,
      @Schema(description = "Whether there is a login server, at session/oidc") boolean oidc) {}

  @Schema(name = "Login", description = "User and password")
  public record Login(
      @Schema(example = "admin") String user, @Schema(example = "a password") String password) {}

  @GET
  @Allow(Role.PUBLIC)
  @Operation(summary = "The login of the request", description = "Public.")
  public View session(@Context SecurityContext security) {
    Principal user = security.getUserPrincipal();
    return view(user == null ? null : user.getName(), security::isUserInRole);
  }

  private View view(String user, Predicate<String> roles) {
    return new View(
        administrators.isConfigured(),
        user,
        roles.test(Administrators.VIEWER),
        roles.test(Administrators.OPERATOR),
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
    String user = result.getCallerPrincipal().getName();
    return Response.ok(view(user, roles::contains)).cookie(loggedIn(user, roles)).build();
  }

  @DELETE
  @Allow(Role.PUBLIC)
  @Operation(summary = "Log out", description = "Public.")
  @APIResponse(responseCode = "204", description = "Logged out")
  public Response logout() {
    mechanism.token(request).ifPresent(sessions::end);
    return Response.noContent().cookie(login("").maxAge(0).build()).build();
  }

  @GET
  @Path("oidc")
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
  @Path("oidc/callback")
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
      return Response.seeOther(URI.create(node.cluster().self().httpUrl() + "/admin/"))
          .cookie(loggedIn(who.name(), who.roles()))
          .cookie(underWay("", 0))
          .build();
    } catch (OidcLogin.FailedException e) {
      return refused(Status.UNAUTHORIZED, e.getMessage());
    }
  }

  private OidcLogin configured() {
    return oidc.orElseThrow(() -> ApiException.notFound("smq.admin.oidc.issuer is not set."));
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

  private NewCookie loggedIn(String user, Set<String> roles) {
    AuditFilter.loggedIn(request, user);
    return login(sessions.begin(user, roles)).build();
  }

  /** The cookie of a login, as long as the browser runs. */
  private NewCookie.Builder login(String token) {
    return cookie(mechanism.cookie(), token, "/").sameSite(NewCookie.SameSite.STRICT);
  }

  private NewCookie underWay(String secrets, int seconds) {
    return cookie(COOKIE, secrets, "/api/session/oidc")
        .maxAge(seconds)
        // comes along when the login server sends the browser back
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }

  /** A cookie that no script reads, and that no plain connection carries if the page has TLS. */
  private NewCookie.Builder cookie(String name, String value, String path) {
    boolean secure =
        request.isSecure() || "https".equals(node.cluster().self().httpUrl().getScheme());
    return new NewCookie.Builder(name)
        .value(value)
        .path(request.getContextPath() + path)
        .httpOnly(true)
        .secure(secure);
  }
}
