package org.smqcluster.admin.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.NewCookie;
import org.smqcluster.node.SmqNode;

/** Makes the cookies of logins. Thread-safe. */
@ApplicationScoped
public class SessionCookie {

  @Inject private AdminMechanism mechanism;
  @Inject private SmqNode node;

  /** The cookie of a login, as long as the browser runs. */
  public NewCookie of(String token, HttpServletRequest request) {
    return login(token, request).build();
  }

  /** Has the browser forget the login. */
  public NewCookie none(HttpServletRequest request) {
    return login("", request).maxAge(0).build();
  }

  private NewCookie.Builder login(String token, HttpServletRequest request) {
    return builder(mechanism.cookie(), request)
        .value(token)
        .path(request.getContextPath() + "/")
        .sameSite(NewCookie.SameSite.STRICT);
  }

  /** A cookie that no script reads, and that no plain connection carries if the page has TLS. */
  public NewCookie.Builder builder(String name, HttpServletRequest request) {
    boolean secure =
        request.isSecure() || "https".equals(node.cluster().self().httpUrl().getScheme());
    return new NewCookie.Builder(name).httpOnly(true).secure(secure);
  }
}
