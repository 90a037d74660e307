package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins at a login server that denies all, or that is none. */
class OidcLoginTest {

  private static final String CALLBACK = "http://127.0.0.1/api/session/oidc/callback";

  /** What a browser can make up as well: the cookie is no proof of a login that began here. */
  private static final String SECRETS = "state.nonce.verifier";

  private final AtomicInteger codes = new AtomicInteger();
  private volatile String description;
  private HttpServer server;
  private String issuer;
  private OidcLogin login;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer = "http://127.0.0.1:" + server.getAddress().getPort();
    description =
        """
        {"issuer": "%1$s", "authorization_endpoint": "%1$s/auth", "token_endpoint": "%1$s/token",
         "jwks_uri": "%1$s/keys"}"""
            .formatted(issuer);
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, 200, description));
    server.createContext(
        "/keys", exchange -> answer(exchange, 200, TestTokens.jwks(TestTokens.ec("any"))));
    server.createContext(
        "/token",
        exchange -> {
          codes.incrementAndGet();
          answer(exchange, 400, "{\"error\": \"invalid_grant\"}");
        });
    server.start();
    login =
        OidcLogin.of(
                TestTokens.settings(
                    Map.of(
                        "smq.admin.oidc.issuer", issuer,
                        "smq.admin.oidc.client.id", "smq",
                        "smq.limit.login.failures", "5")))
            .orElseThrow();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String end(String from) throws IOException {
    InetAddress address = InetAddress.getByName(from);
    return assertThrows(
            OidcLogin.FailedException.class,
            () -> login.finish(address, CALLBACK, SECRETS, "state", "a guess"))
        .getMessage();
  }

  @Test
  void anAddressThatGuessesCodesIsSoonRefusedUnasked() throws IOException {
    for (int i = 0; i < 20; i++) {
      end("192.0.2.1");
    }
    assertEquals(5, codes.get());
    assertTrue(end("192.0.2.1").contains("within a minute"));
    end("192.0.2.2");
    assertEquals(6, codes.get(), "another address is not affected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "{\"issuer\": \"%1$s\"}",
        "{\"issuer\": \"%1$s\", \"authorization_endpoint\": 1, \"token_endpoint\": [], \"jwks_uri\": {}}",
        "{\"issuer\": \"%1$s\", \"authorization_endpoint\": \"/\", \"token_endpoint\": \"/\", \"jwks_uri\": \"/\"}",
        "{\"issuer\": \"%1$s\", \"authorization_endpoint\": \"x:y\", \"token_endpoint\": \"x:y\", \"jwks_uri\": \"x:y\"}",
      })
  void aServerThatDoesNotDescribeItselfIsAFailedLogin(String wrong) throws IOException {
    description = wrong.formatted(issuer);
    assertThrows(OidcLogin.FailedException.class, () -> login.begin(CALLBACK));
    end("192.0.2.1");
    assertTrue(
        login
            .ofToken(
                TestTokens.sign(
                    JWSAlgorithm.ES256, TestTokens.ec("any"), TestTokens.claims("olga")))
            .isEmpty());
  }
}
