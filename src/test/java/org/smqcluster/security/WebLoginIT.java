package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.admin.AdminApi;

/** Pages of people who are logged in on the web site, and of others. */
@ExtendWith(SharedSecurityNodes.class)
class WebLoginIT {

  private final HttpsNode node;

  WebLoginIT(HttpsNode node) {
    this.node = node;
  }

  @Test
  void whoIsNotLoggedInOnTheWebSiteIsRefusedWithConnack3() throws Exception {
    assertEquals(3, node.connect());
  }

  @Test
  void whoIsLoggedInOnTheWebSiteIsLetIn() throws Exception {
    String pair = "eve:" + AdminApi.PASSWORD;
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

    assertEquals(0, node.connect("Authorization", "Basic " + basic));
  }

  @Test
  void theCookieOfALoginLetsAPageInUntilTheLogout() throws Exception {
    HttpResponse<String> login =
        new AdminApi(node.process(), null)
            .send(
                "POST",
                "/api/session",
                "{\"user\":\"eve\",\"password\":\"" + AdminApi.PASSWORD + "\"}");
    String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];

    assertEquals(0, node.connect("Cookie", cookie));

    new AdminApi(node.process(), null)
        .send("DELETE", "/api/session", null, "Cookie", cookie, "X-Requested-By", "test");
    assertEquals(3, node.connect("Cookie", cookie));
  }
}
