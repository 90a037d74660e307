package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.testing.Await;

/** Tokens with real keys. */
class TokenAuthenticatorTest {

  private static final RSAKey RSA = TestTokens.rsa("rsa");
  private static final ECKey EC = TestTokens.ec("ec");
  private static final OctetSequenceKey SECRET =
      new OctetSequenceKey.Builder(new byte[64]).keyID("secret").build();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private volatile JWKSet keys = parse(TestTokens.jwks(RSA, EC, SECRET));
  private TokenAuthenticator login = login(Map.of());

  private static JWKSet parse(String jwks) {
    try {
      return KeySet.parse(jwks);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private TokenAuthenticator login(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(TestTokens.properties("unused"));
    all.putAll(more);
    return new TokenAuthenticator(() -> keys, TokenCheck.of(TestTokens.settings(all)));
  }

  @AfterEach
  void close() {
    login.close();
  }

  private static ConnectRequest request(Map<String, List<String>> headers, byte[] credentials) {
    ConnectionInfo any = AccessTestClient.request("127.0.0.1", "").connection();
    return new ConnectRequest(
        Packet.Connect.version1("uid-of-test", credentials, ""),
        1,
        new ConnectionInfo(
            any.transport(),
            any.address(),
            any.port(),
            any.path(),
            headers,
            any.principal(),
            any.certificates(),
            any.secure()));
  }

  private Authentication connect(String token) throws Exception {
    return login
        .authenticate(request(Map.of("authorization", List.of("Bearer " + token)), new byte[0]))
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  private static JWTClaimsSet.Builder alice() {
    return TestTokens.claims("alice");
  }

  @Test
  void aTokenOfTheIssuerLetsItsUserIn() throws Exception {
    for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS512)) {
      Authentication result = connect(TestTokens.sign(algorithm, RSA, alice()));
      assertEquals("alice", result.user().orElseThrow(), result.reason());
    }
    Authentication result = connect(TestTokens.sign(JWSAlgorithm.ES256, EC, alice()));
    assertEquals("alice", result.user().orElseThrow(), result.reason());
  }

  @Test
  void aTokenThatDoesNotNameItsKeyIsTriedWithAll() throws Exception {
    JWSHeader header = new JWSHeader(JWSAlgorithm.RS256);
    assertEquals(ConnackCode.ACCEPTED, connect(TestTokens.sign(header, RSA, alice())).code());
  }

  @Test
  void aTokenMayComeAsCredentialsIfItIsShort() throws Exception {
    byte[] token =
        TestTokens.sign(new JWSHeader(JWSAlgorithm.ES256), EC, alice())
            .getBytes(StandardCharsets.US_ASCII);
    assertTrue(token.length <= 255, "credentials of Connect have a byte for their length");
    ConnectRequest request = request(Map.of(), token);
    assertTrue(login.appliesTo(request));
    assertEquals(
        "alice",
        login.authenticate(request).toCompletableFuture().get(20, TimeUnit.SECONDS).user().get());
  }

  @Test
  void otherCredentialsAreNoToken() {
    assertFalse(login.appliesTo(request(Map.of(), "alice:secret".getBytes())));
    assertFalse(
        login.appliesTo(
            request(Map.of("authorization", List.of("Basic YWxpY2U6c2VjcmV0")), new byte[0])));
  }

  private void assertRefused(String token) throws Exception {
    Authentication result = connect(token);
    assertEquals(ConnackCode.BAD_CREDENTIALS, result.code(), token);
    assertTrue(result.user().isEmpty() && result.proof().isEmpty());
  }

  private void assertRefused(JWTClaimsSet.Builder claims) throws Exception {
    assertRefused(TestTokens.sign(JWSAlgorithm.RS256, RSA, claims));
  }

  @Test
  void aTokenWithoutASignatureIsRefused() throws Exception {
    assertRefused(new PlainJWT(alice().build()).serialize());
    String[] parts = TestTokens.sign(JWSAlgorithm.RS256, RSA, alice()).split("\\.");
    assertRefused(parts[0] + "." + parts[1] + ".");
    assertRefused(parts[0] + "." + parts[1]);
    for (String none : List.of("none", "None", "NONE")) {
      String header = "{\"alg\":\"" + none + "\",\"kid\":\"rsa\"}";
      assertRefused(base64(header) + "." + parts[1] + "." + parts[2]);
      assertRefused(base64(header) + "." + parts[1] + ".");
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void thePublicKeyIsNoSecretToSignWith() throws Exception {
    for (byte[] secret :
        List.of(
            RSA.toPublicKey().getEncoded(),
            RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
      OctetSequenceKey confused = new OctetSequenceKey.Builder(secret).keyID("rsa").build();
      assertRefused(TestTokens.sign(JWSAlgorithm.HS256, confused, alice()));
    }
  }

  @Test
  void aSecretInTheKeySetIsNotUsed() throws Exception {
    assertRefused(TestTokens.sign(JWSAlgorithm.HS512, SECRET, alice()));
    assertThrows(IOException.class, () -> KeySet.parse(TestTokens.jwks(SECRET)));
    assertThrows(IOException.class, () -> KeySet.parse("{\"keys\":[]}"));
    assertThrows(IOException.class, () -> KeySet.parse("<html>"));
    assertThrows(IOException.class, () -> KeySet.parse("null"));
  }

  @Test
  void aTokenOfAnotherKeyIsRefused() throws Exception {
    assertRefused(TestTokens.sign(JWSAlgorithm.RS256, TestTokens.rsa("rsa"), alice()));
    assertRefused(TestTokens.sign(JWSAlgorithm.RS256, TestTokens.rsa("other"), alice()));
    RSAKey own = TestTokens.rsa("rsa");
    JWSHeader withKey =
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").jwk(own.toPublicJWK()).build();
    assertRefused(TestTokens.sign(withKey, own, alice()));
  }

  @Test
  void aTokenThatWasChangedIsRefused() throws Exception {
    String[] parts = TestTokens.sign(JWSAlgorithm.RS256, RSA, alice()).split("\\.");
    String[] others =
        TestTokens.sign(JWSAlgorithm.RS256, RSA, TestTokens.claims("root")).split("\\.");
    assertRefused(parts[0] + "." + others[1] + "." + parts[2]);
  }

  @Test
  void aTokenForOthersOrOfOthersOrOverIsRefused() throws Exception {
    Instant now = Instant.now();
    assertAll(
        () -> assertRefused(alice().issuer("https://evil.example")),
        () -> assertRefused(alice().issuer(null)),
        () -> assertRefused(alice().audience("another")),
        () -> assertRefused(alice().audience((String) null)),
        () -> assertRefused(alice().expirationTime(Date.from(now.minusSeconds(1)))),
        () -> assertRefused(alice().expirationTime(null)),
        () -> assertRefused(alice().notBeforeTime(Date.from(now.plusSeconds(120)))),
        () -> assertRefused(alice().subject(null)),
        () -> assertRefused(alice().subject("a\nb")),
        () -> assertRefused(alice().subject("a\u009b31m")),
        () -> assertRefused(alice().claim("sub", List.of("alice"))),
        () -> assertRefused(alice().subject("a".repeat(256))));
  }

  @Test
  void whatIsNoTokenIsRefused() throws Exception {
    String deep = "[".repeat(4000);
    for (String text :
        List.of(
            "ey", "a.b.c", "...", base64("{}") + ".e30.x", base64(deep) + ".e30.x", "ey\u0000")) {
      assertRefused(text);
    }
    JWSHeader critical =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID("rsa")
            .criticalParams(Set.of("b64", "unheard-of"))
            .build();
    assertRefused(TestTokens.sign(critical, RSA, alice()));
  }

  /** By an issuer that is not quite right: such a token is no failure of the node. */
  @Test
  void aClaimThatIsNullIsRefused() throws Exception {
    login.close();
    login = login(Map.of("smq.auth.jwt.topics.claim", "smq"));
    assertRefused(alice().claim("smq", Collections.singletonList(null)));
    for (String claim : List.of("exp", "sub", "aud", "iss")) {
      assertRefused(alice().claim(claim, null).serializeNullClaims(true));
    }
  }

  @Test
  void theUserIsInTheClaimThatTheConfigurationNames() throws Exception {
    login.close();
    login = login(Map.of("smq.auth.jwt.user.claim", "email"));
    String token =
        TestTokens.sign(JWSAlgorithm.RS256, RSA, alice().claim("email", "alice@example.org"));
    assertEquals("alice@example.org", connect(token).user().orElseThrow());
    assertRefused(alice());
  }

  private AccessTestClient client(String token) throws Exception {
    return new AccessTestClient("uid-of-test", connect(token));
  }

  @Test
  void theClientIsEndedWhenItsTokenIsOver() throws Exception {
    PermissionEnforcer enforcer = new PermissionEnforcer(TopicPolicy.PERMIT_ALL);
    Duration life = Duration.ofSeconds(3);
    AccessTestClient shortLived =
        client(TestTokens.sign(JWSAlgorithm.RS256, RSA, TestTokens.claims("alice", life)));
    AccessTestClient other = client(TestTokens.sign(JWSAlgorithm.RS256, RSA, alice()));
    enforcer.connected(shortLived);
    enforcer.connected(other);
    assertNull(shortLived.closed);
    Await.until(
        "the end of the token",
        PATIENCE,
        () -> {
          enforcer.recheckProofs();
          return shortLived.closed == CloseReason.REVOKED;
        });
    assertNull(other.closed);
  }

  @Test
  void theClientIsEndedWhenItsKeyIsTheIssuersNoMore() throws Exception {
    PermissionEnforcer enforcer = new PermissionEnforcer(TopicPolicy.PERMIT_ALL);
    AccessTestClient byRsa = client(TestTokens.sign(JWSAlgorithm.RS256, RSA, alice()));
    AccessTestClient byEc = client(TestTokens.sign(JWSAlgorithm.ES256, EC, alice()));
    enforcer.connected(byRsa);
    enforcer.connected(byEc);
    keys = parse(TestTokens.jwks(TestTokens.rsa("rsa"), EC));
    enforcer.recheckProofs();
    assertEquals(CloseReason.REVOKED, byRsa.closed);
    assertNull(byEc.closed);
  }

  @Test
  void aClaimSaysWhatTheClientMayDoWithTopics() throws Exception {
    login.close();
    login = login(Map.of("smq.auth.jwt.topics.claim", "smq"));
    List<String> rules = List.of("subscribe,publish:/home/{user}/**", "subscribe:/with space");
    AccessTestClient alice =
        client(TestTokens.sign(JWSAlgorithm.RS256, RSA, alice().claim("smq", rules)));
    TopicPolicy policy = new AclPolicy(TokenAuthenticator::rules).forClient(alice);
    Publish message = Publish.of(4711, alice.etid(), 0, new byte[0]);
    assertAll(
        () -> assertTrue(policy.maySubscribe(alice, "/home/alice/lamp")),
        () -> assertTrue(policy.mayPublish(alice, message, "/home/alice/lamp")),
        () -> assertTrue(policy.maySubscribe(alice, "/with space")),
        () -> assertFalse(policy.mayCreate(alice, "/home/alice/lamp")),
        () -> assertFalse(policy.maySubscribe(alice, "/home/bob/lamp")));
    AccessTestClient without = client(TestTokens.sign(JWSAlgorithm.RS256, RSA, alice()));
    assertFalse(policy.maySubscribe(without, "/with space"), "no claim, no topic");
    assertTrue(policy.maySubscribe(new AccessTestClient("bob", "uid-of-bob"), "/any"));
    assertRefused(alice().claim("smq", List.of("subscribe:/a\" \"**")));
    assertRefused(alice().claim("smq", List.of("everything:/a")));
    assertRefused(alice().claim("smq", List.of("/a")));
    assertRefused(alice().claim("smq", "subscribe:/a"));
  }
}
