package org.smqcluster.security;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.WireText;
import org.smqcluster.threads.DaemonThreads;

/**
 * Lets in clients with a signed token (JWT) of the issuer, until the token is over or its key is
 * not the issuer's any more: in the header Authorization of the connection's HTTP request, or, up
 * to 255 bytes, as credentials of Connect. Signatures are checked on threads of its own.
 * Thread-safe.
 */
final class TokenAuthenticator implements Authenticator, AutoCloseable {

  static final int MAX_WAITING = 200;

  private static final String BEARER = "Bearer ";
  private static final Authentication REQUIRED =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "bearer token required");
  private static final Authentication MALFORMED =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "not a signed token");
  private static final Authentication UNKNOWN_KEY =
      Authentication.refused(
          ConnackCode.BAD_CREDENTIALS, "token is not signed by a key of its issuer");
  private static final Authentication NO_KEYS =
      Authentication.refused(
          ConnackCode.UNAVAILABLE, "keys for tokens are not known yet, try again");
  private static final Authentication BUSY =
      Authentication.refused(ConnackCode.UNAVAILABLE, "too many logins at once, try again");

  private record TokenProof(
      KeySet keySet, SignedJWT token, List<JWK> keys, Instant until, Optional<Acl> rules)
      implements RevocableCredential {

    @Override
    public boolean holds() {
      JWKSet now = keySet.current();
      return Instant.now().isBefore(until)
          && TokenCheck.keys(token.getHeader(), now).stream().anyMatch(keys::contains);
    }

    @Override
    public String reason() {
      return Instant.now().isBefore(until) ? RevocableCredential.super.reason() : "token is over";
    }
  }

  private final KeySet keySet;
  private final TokenCheck check;
  private final ThreadPoolExecutor executor;

  TokenAuthenticator(KeySet keySet, TokenCheck check) {
    this.keySet = keySet;
    this.check = check;
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            new DaemonThreads("smq-tokens"));
    executor.allowCoreThreadTimeOut(true);
  }

  /** What the token of a client allows; everything if it has none that decides it. */
  static Acl rules(Client client) {
    return client
        .authentication()
        .flatMap(RevocableCredential::of)
        .flatMap(RevocableCredential::rules)
        .orElse(Acl.ALL);
  }

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return !token(request).isEmpty();
  }

  /** The client's token; empty if it shows none. */
  private static String token(ConnectRequest request) {
    for (String value : request.connection().headers().getOrDefault("authorization", List.of())) {
      if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        return value.substring(BEARER.length()).strip();
      }
    }
    byte[] credentials = request.connect().credentials();
    String text = WireText.decode(credentials, 0, credentials.length);
    return text.startsWith("ey") ? text : "";
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    String text = token(request);
    if (text.isEmpty()) {
      return CompletableFuture.completedStage(REQUIRED);
    }
    SignedJWT token;
    try {
      token = SignedJWT.parse(text);
    } catch (ParseException e) {
      return CompletableFuture.completedStage(MALFORMED);
    }
    if (!TokenCheck.isAllowed(token.getHeader().getAlgorithm())) {
      return CompletableFuture.completedStage(MALFORMED);
    }
    JWKSet now = keySet.current();
    return TokenCheck.keys(token.getHeader(), now).isEmpty()
        ? keySet.newer().thenCompose(newer -> check(token, newer))
        : check(token, now);
  }

  private CompletionStage<Authentication> check(SignedJWT token, JWKSet set) {
    List<JWK> keys = TokenCheck.keys(token.getHeader(), set);
    if (keys.isEmpty()) {
      return CompletableFuture.completedStage(set == KeySet.NONE ? NO_KEYS : UNKNOWN_KEY);
    }
    try {
      return CompletableFuture.supplyAsync(() -> answer(token, keys), executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedStage(BUSY);
    }
  }

  private Authentication answer(SignedJWT token, List<JWK> keys) {
    try {
      TokenCheck.Accepted accepted = check.check(token, keys);
      return Authentication.as(
          accepted.user(), new TokenProof(keySet, token, keys, accepted.until(), accepted.rules()));
    } catch (BadJOSEException e) {
      return Authentication.refused(ConnackCode.BAD_CREDENTIALS, e.getMessage());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    keySet.close();
  }
}
