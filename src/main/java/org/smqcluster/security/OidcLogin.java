package org.smqcluster.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.smqcluster.broker.RateLimit;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.config.OidcKeys;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.log.Causes;
import org.smqcluster.log.LimitedLog;

/**
 * Administrators' logins by OpenID Connect: authorization code with PKCE, and tokens of the same
 * server for scripts. Nothing of a login that is under way is kept here: the browser has it in a
 * cookie, so that it may end at another node. Methods wait for the login server, ten seconds at
 * most a request and {@value #MAX_WAITING} callers at a time. Thread-safe.
 */
public final class OidcLogin {

  /** An administrator as the login server tells. */
  public record Administrator(String name, Set<String> roles) {}

  /**
   * A login that begins.
   *
   * @param address where the browser goes
   * @param secrets what the browser keeps, and {@link #finish} needs
   */
  public record Begun(URI address, String secrets) {}

  /** A login that did not succeed; the message is for the visitor. */
  public static final class FailedException extends Exception {

    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  private static final LimitedLog LOG = new LimitedLog(OidcLogin.class);
  private static final int MAX_WAITING = 8;
  private static final int RANDOM_BYTES = 32;
  private static final int SECRETS = 3;
  private static final double SECONDS = 60;

  private record Provider(URI authorization, URI token, RemoteKeySet keys) {}

  private final Settings settings;
  private final String issuer;
  private final TokenCheck check;
  private final SmallAnswers http = new SmallAnswers();
  private final SecureRandom random = new SecureRandom();
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final RateLimit<ClientNetwork> failures;

  /** Null until the login server has told it. */
  private volatile Provider provider;

  private OidcLogin(Settings settings) {
    this.settings = settings;
    issuer = settings.get(OidcKeys.ISSUER);
    int aMinute = settings.get(SecurityKeys.LIMIT_LOGIN_FAILURES);
    failures = new RateLimit<>(aMinute / SECONDS, aMinute);
    check =
        new TokenCheck(
            issuer, settings.get(OidcKeys.CLIENT_ID), settings.get(OidcKeys.USER_CLAIM), "");
  }

  /** The login of the configuration; empty if it names no login server. */
  public static Optional<OidcLogin> of(Settings settings) {
    return settings.get(OidcKeys.ISSUER).isEmpty()
        ? Optional.empty()
        : Optional.of(new OidcLogin(settings));
  }

  /**
   * Begins a login.
   *
   * @param callback where the login server sends the browser
   * @throws FailedException if the login server cannot be asked
   */
  public Begun begin(String callback) throws FailedException {
    Provider there = waiting(this::provider);
    String state = random();
    String nonce = random();
    String verifier = random();
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", settings.get(OidcKeys.CLIENT_ID));
    query.put("redirect_uri", callback);
    query.put("scope", settings.get(OidcKeys.SCOPE));
    query.put("state", state);
    query.put("nonce", nonce);
    query.put("code_challenge", challenge(verifier));
    query.put("code_challenge_method", "S256");
    String separator = there.authorization().getQuery() == null ? "?" : "&";
    return new Begun(
        URI.create(there.authorization() + separator + form(query)),
        String.join(".", state, nonce, verifier));
  }

  /**
   * Ends a login. An address that failed too often within a minute is refused before the login
   * server is asked.
   *
   * @param secrets as {@link #begin} gave them to this browser
   * @param state as the login server sent it
   * @param code as the login server sent it
   * @throws FailedException if this is not the end of that login, or the login server denies it
   */
  public Administrator finish(
      InetAddress from, String callback, String secrets, String state, String code)
      throws FailedException {
    ClientNetwork network = ClientNetwork.of(from);
    if (failures.isExhausted(network)) {
      throw new FailedException("Too many logins of your address failed within a minute.");
    }
    try {
      return finish(callback, secrets, state, code);
    } catch (FailedException e) {
      failures.take(network);
      throw e;
    }
  }

  private Administrator finish(String callback, String secrets, String state, String code)
      throws FailedException {
    String[] parts = secrets.split("\\.");
    if (parts.length != SECRETS || !isEqual(parts[0], state)) {
      throw new FailedException("This is not the end of a login that began here.");
    }
    return waiting(
        () -> {
          String answer = http.ask(tokenRequest(callback, code, parts[2])).join();
          Object token = KeySet.object(answer).get("id_token");
          JWTClaimsSet claims = claims(String.valueOf(token));
          if (!isEqual(parts[1], String.valueOf(claims.getClaim("nonce")))) {
            throw new IOException("the token has another nonce");
          }
          return administrator(claims);
        });
  }

  /** The administrator that a script's token belongs to; empty if the token is not valid. */
  public Optional<Administrator> ofToken(String token) {
    try {
      return Optional.of(waiting(() -> administrator(claims(token))));
    } catch (FailedException e) {
      return Optional.empty();
    }
  }

  private HttpRequest tokenRequest(String callback, String code, String verifier)
      throws IOException, ParseException {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", callback);
    form.put("code_verifier", verifier);
    HttpRequest.Builder request = HttpRequest.newBuilder(provider().token());
    String id = settings.get(OidcKeys.CLIENT_ID);
    String secret = settings.get(OidcKeys.CLIENT_SECRET);
    if (secret.isEmpty()) {
      form.put("client_id", id);
    } else {
      byte[] pair = (encode(id) + ":" + encode(secret)).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return request
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(form(form)))
        .build();
  }

  private JWTClaimsSet claims(String text)
      throws IOException, ParseException, BadJOSEException, JOSEException {
    SignedJWT token = SignedJWT.parse(text);
    RemoteKeySet keys = provider().keys();
    keys.poll();
    var possible = TokenCheck.keys(token.getHeader(), keys.current());
    if (possible.isEmpty()) {
      possible = TokenCheck.keys(token.getHeader(), keys.newer().toCompletableFuture().join());
    }
    check.check(token, possible);
    return token.getJWTClaimsSet();
  }

  private Administrator administrator(JWTClaimsSet claims) throws ParseException {
    Object given = claims.getClaim(settings.get(OidcKeys.ROLES_CLAIM));
    List<?> groups =
        given instanceof List<?> list ? list : given == null ? List.of() : List.of(given);
    Set<String> roles =
        groups.contains(settings.get(OidcKeys.OPERATORS))
            ? Administrators.OPERATOR_ROLES
            : groups.contains(settings.get(OidcKeys.VIEWERS))
                ? Administrators.VIEWER_ROLES
                : Set.of();
    return new Administrator(claims.getStringClaim(settings.get(OidcKeys.USER_CLAIM)), roles);
  }

  /** The login server's own description (OpenID Connect Discovery), fetched once. */
  private Provider provider() throws IOException, ParseException {
    Provider known = provider;
    if (known == null) {
      URI address = URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration");
      Map<String, Object> told =
          KeySet.object(http.ask(HttpRequest.newBuilder(address).build()).join());
      if (!issuer.equals(told.get("issuer"))) {
        throw new IOException("the login server calls itself " + told.get("issuer"));
      }
      known =
          new Provider(
              address(told, "authorization_endpoint"),
              address(told, "token_endpoint"),
              new RemoteKeySet(address(told, "jwks_uri"), System::nanoTime));
      provider = known;
    }
    return known;
  }

  private static URI address(Map<String, Object> told, String name)
      throws IOException, ParseException {
    URI address = JSONObjectUtils.getURI(told, name);
    if (address == null) {
      throw new IOException("the login server names no " + name);
    }
    return address;
  }

  /** Something that waits for the login server. */
  private interface Step<T> {
    T run() throws IOException, ParseException, BadJOSEException, JOSEException;
  }

  private <T> T waiting(Step<T> step) throws FailedException {
    if (!waiting.tryAcquire()) {
      throw new FailedException("Too many logins at once, try again.");
    }
    try {
      return step.run();
    } catch (IOException
        | ParseException
        | BadJOSEException
        | JOSEException
        | IllegalArgumentException
        | CompletionException e) {
      LOG.log(
          Level.WARNING,
          "A login by {0} failed: {1}. See smq.admin.oidc.issuer and the log of the login server.",
          issuer,
          Causes.unwrapped(e).toString());
      throw new FailedException("The login failed; the log of the node says why.");
    } finally {
      waiting.release();
    }
  }

  private String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64URL.encode(bytes).toString();
  }

  private static String challenge(String verifier) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return Base64URL.encode(sha256.digest(verifier.getBytes(StandardCharsets.US_ASCII)))
          .toString();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static boolean isEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static String form(Map<String, String> values) {
    return values.entrySet().stream()
        .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
