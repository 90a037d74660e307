package org.smqcluster.admin.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.Settings;
import org.smqcluster.security.OidcLogin;
import org.smqcluster.security.TrustedProxies;
import org.smqcluster.security.UnknownClientException;

/**
 * Authenticates an HTTP request: by the cookie of a login (browsers), or by user and password, or a
 * token of the login server, in the Authorization header (scripts). A request with neither is
 * anonymous and gets what is public. Never asks a browser for a password: the browser would keep it
 * and send it with requests that other sites forge.
 */
@ApplicationScoped
public class AdminMechanism implements HttpAuthenticationMechanism {

  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";
  private static final String API = "/api";

  @Inject private ClusterSessions sessions;
  @Inject private IdentityStoreHandler stores;
  @Inject private Settings settings;
  @Inject private TrustedProxies proxies;
  @Inject private Optional<OidcLogin> oidc;

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    Optional<Sessions.Session> session = token(request).flatMap(sessions::find);
    if (session.isPresent()) {
      return context.notifyContainerAboutLogin(session.get().user(), session.get().roles());
    }
    String header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
    CredentialValidationResult result =
        // elsewhere a token is a client's; and a WebSocket handshake must wait for no other server
        header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && request.getServletPath().equals(API)
            ? bearer(header.substring(BEARER.length()).strip())
            : basic(header, request);
    return result.getStatus() == CredentialValidationResult.Status.VALID
        ? context.notifyContainerAboutLogin(result)
        : context.doNothing();
  }

  /**
   * Name of the cookie of a login: the cluster's own, because browsers send a host's cookies to all
   * of its ports, and clusters on one host must not replace each other's.
   */
  public String cookie() {
    return AdminKeys.LOGIN_COOKIE + settings.get(ConfigKey.CLUSTER_NAME);
  }

  /** The login's token, if the request has one. */
  public Optional<String> token(HttpServletRequest request) {
    return request.getCookies() == null
        ? Optional.empty()
        : Arrays.stream(request.getCookies())
            .filter(cookie -> cookie.getName().equals(cookie()))
            .map(Cookie::getValue)
            .findFirst();
  }

  /** A token of the login server, as scripts have it. */
  private CredentialValidationResult bearer(String token) {
    return oidc.flatMap(login -> login.ofToken(token))
        .map(who -> new CredentialValidationResult(who.name(), who.roles()))
        .orElse(CredentialValidationResult.INVALID_RESULT);
  }

  private CredentialValidationResult basic(String header, HttpServletRequest request) {
    if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return CredentialValidationResult.NOT_VALIDATED_RESULT;
    }
    String pair;
    try {
      byte[] decoded = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      pair = new String(decoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return CredentialValidationResult.INVALID_RESULT;
    }
    int colon = pair.indexOf(':');
    return colon < 0
        ? CredentialValidationResult.INVALID_RESULT
        : login(pair.substring(0, colon), pair.substring(colon + 1), request);
  }

  public CredentialValidationResult login(
      String user, String password, HttpServletRequest request) {
    try {
      // the container authenticates before it calls filters
      String from = proxies.asSent(request).getRemoteAddr();
      return stores.validate(
          new AdminIdentityStore.Login(user, password, InetAddress.getByName(from)));
    } catch (UnknownClientException | UnknownHostException e) {
      return CredentialValidationResult.INVALID_RESULT;
    }
  }
}
