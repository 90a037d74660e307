package org.smqcluster.security;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import com.nimbusds.jose.JWSAlgorithm;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.admin.AdminApi;
import org.smqcluster.testing.Chromium;
import org.smqcluster.testing.OidcServer;

/** Administrators of a company's login server. */
@ExtendWith(SharedSecurityNodes.class)
class OidcIT {

  private final HttpsNode node;

  OidcIT(HttpsNode node) {
    this.node = node;
  }

  @Test
  void groupsOfTheLoginServerSayWhoAdministers() throws Exception {
    try (OidcServer server =
            OidcServer.start(node.oidcPort(), node.process().http("/api/session/oidc/callback"));
        Chromium chromium = Chromium.open()) {
      assertTrue(server.isAlive());
      Page operator = login(chromium, "olga");
      assertThat(operator.locator("#who")).hasText("olga");
      assertThat(operator.locator("#console")).isVisible();
      assertEquals("true", session(operator, "operator"));
      Cookie cookie =
          operator.context().cookies().stream()
              .filter(each -> each.name.startsWith("smq-admin-"))
              .findFirst()
              .orElseThrow();
      assertTrue(cookie.httpOnly);
      assertEquals(0, node.connect("Cookie", cookie.name + "=" + cookie.value), "a WebSocket");

      Page viewer = login(chromium, "victor");
      assertThat(viewer.locator("#who")).hasText("victor");
      assertEquals("false", session(viewer, "operator"));

      Page stranger = login(chromium, "eva");
      assertThat(stranger.locator("body")).containsText("eva is no administrator");
    }
  }

  private Page login(Chromium chromium, String user) {
    Page page = chromium.newPage(1200, 900);
    page.navigate(node.process().http("/admin/").toString());
    page.locator("#login-oidc").click();
    page.locator("input[name=login]").fill(user);
    page.locator("input[name=password]").fill("any");
    page.locator("[type=submit]").click();
    page.locator("[type=submit]").click();
    return page;
  }

  private static String session(Page page, String member) {
    return String.valueOf(
        page.evaluate(
            "async (member) => (await (await fetch('/api/session')).json())[member]", member));
  }

  @Test
  void theEndOfALoginThatDidNotBeginInThisBrowserIsRefused() {
    AdminApi api = new AdminApi(node.process(), null);
    String end = "/api/session/oidc/callback?code=stolen&state=";
    assertEquals(401, api.get(end + "any").statusCode());
    HttpResponse<String> other =
        api.send("GET", end + "any", null, "Cookie", "smq-oidc=another.nonce.verifier");
    assertEquals(401, other.statusCode());
    assertEquals(Optional.empty(), other.headers().firstValue("Location"));
  }

  @Test
  void aTokenThatIsNotTheLoginServersIsNoLogin() {
    String token =
        TestTokens.sign(JWSAlgorithm.RS256, TestTokens.rsa("any"), TestTokens.claims("olga"));
    HttpResponse<String> answer =
        new AdminApi(node.process(), null)
            .send("GET", "/api/clients", null, "Authorization", "Bearer " + token);
    assertEquals(401, answer.statusCode());
  }
}
