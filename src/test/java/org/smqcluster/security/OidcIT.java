package org.smqcluster.security;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import com.nimbusds.jose.JWSAlgorithm;
import jakarta.json.Json;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
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
  void groupsOfTheLoginServerGiveTheRoles() throws Exception {
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

      String token = token(operator);
      AdminApi script = new AdminApi(node.process(), null);
      for (String path : List.of("/api/clients", "/api/audit?user=olga")) {
        HttpResponse<String> answer =
            script.send("GET", path, null, "Authorization", "Bearer " + token);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(!path.contains("audit") || answer.body().contains("callback"), answer.body());
      }
      String message = "{\"topic\":\"/oidc\",\"text\":\"x\"}";
      assertEquals(
          202,
          script
              .send("POST", "/api/publish", message, "Authorization", "Bearer " + token)
              .statusCode());

      Page viewer = login(chromium, "victor");
      assertThat(viewer.locator("#who")).hasText("victor");
      assertEquals("false", session(viewer, "operator"));

      Page stranger = login(chromium, "eva");
      assertThat(stranger.locator("body")).containsText("eva is not an administrator");
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

  /** A token as a script gets it: the login server knows the browser already. */
  private String token(Page page) throws Exception {
    URI server = URI.create("http://127.0.0.1:" + node.oidcPort());
    String callback = node.process().http("/api/session/oidc/callback").toString();
    String verifier = "of-a-test-".repeat(5);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes());
    page.navigate(
        server
            + "/auth?response_type=code&client_id=smq&scope=openid%20profile&state=test"
            + "&code_challenge_method=S256&code_challenge="
            + Base64.getUrlEncoder().withoutPadding().encodeToString(hash)
            + "&redirect_uri="
            + encoded(callback));
    String code = page.url().replaceFirst(".*[?&]code=([^&]*).*", "$1");
    String pair = "smq:" + encoded("a secret/of + this:client");
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.resolve("/token"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes()))
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "grant_type=authorization_code&code="
                                + code
                                + "&code_verifier="
                                + verifier
                                + "&redirect_uri="
                                + encoded(callback)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    return Json.createReader(new StringReader(answer.body())).readObject().getString("id_token");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
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
