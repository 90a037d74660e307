package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smqcluster.admin.AdminApi;

/** Pages with and without a login on the web site. */
@ExtendWith(SharedSecurityNodes.class)
class WebLoginIT {

  private final HttpsNode node;

  WebLoginIT(HttpsNode node) {
    this.node = node;
  }

  @Test
  void aPageWithoutALoginOfTheWebSiteIsRefusedWithConnack3() throws Exception {
    assertEquals(3, node.connect());
  }

  @Test
  void aPageWithALoginOfTheWebSiteIsAccepted() throws Exception {
    String pair = "eve:" + AdminApi.PASSWORD;
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

    assertEquals(0, node.connect("Authorization", "Basic " + basic));
  }

  @Test
  void aBannedUserIsRefusedWithConnack6UntilTheBanEnds() throws Exception {
    AdminApi admin = new AdminApi(node.process(), "admin");
    String path = "/api/bans?kind=user&value=eve";
    String pair = "eve:" + AdminApi.PASSWORD;
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

    assertEquals(200, admin.status("PUT", path, "{\"reason\":\"on leave\"}"));
    try {
      assertEquals(6, node.connect("Authorization", "Basic " + basic));
    } finally {
      assertEquals(204, admin.status("DELETE", path, null));
    }
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

  /** A login as nginx passes it on, with the name of its upstream as Host. */
  private String login(String more) {
    String body = "{\"user\":\"eve\",\"password\":\"" + AdminApi.PASSWORD + "\"}";
    return "POST /api/session HTTP/1.1\r\nHost: smq_nodes\r\nContent-Type: application/json\r\n"
        + more
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private String ownOrigin() {
    return "Origin: " + node.process().http("") + "\r\n";
  }

  private static String answer(Socket from, String request) throws IOException {
    try (Socket socket = from) {
      socket.getOutputStream().write(RawHttp.bytes(request));
      return RawHttp.head(socket);
    }
  }

  @Test
  void aPageOfTheConfiguredUrlLogsInBehindAProxyThatSendsAnotherHost() throws Exception {
    String head = answer(node.plain(), login(ownOrigin()));
    assertTrue(head.startsWith("HTTP/1.1 200 "), head);
    assertTrue(head.contains("smq-admin-smq=http."), "named by cluster and node: " + head);
    String other = answer(node.plain(), login("Origin: http://evil.example\r\n"));
    assertTrue(other.startsWith("HTTP/1.1 403 "), other);
  }

  @Test
  void theSchemeThatATrustedProxyTellsMakesTheCookieSecure() throws Exception {
    String https = ownOrigin() + "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n";
    assertTrue(answer(node.proxied(), login(https)).contains(";Secure"));
    assertFalse(answer(node.plain(), login(https)).contains(";Secure"));
  }

  @Test
  void aTrustedProxyThatTellsNoAddressIsRefused() throws Exception {
    String unknown = ownOrigin() + "X-Forwarded-For: unknown\r\n";
    assertTrue(answer(node.proxied(), login(unknown)).startsWith("HTTP/1.1 400 "));
    assertTrue(answer(node.plain(), login(unknown)).startsWith("HTTP/1.1 200 "));
  }
}
