package org.smqcluster.security;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/** An authenticator that decides by the connection alone, at once. */
record ImmediateAuthenticator(
    Predicate<ConnectRequest> applies, Function<ConnectRequest, Authentication> decision)
    implements Authenticator {

  private static final Authentication DEFERRED =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "bad credentials");
  private static final Authentication LOGIN_REQUIRED =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "log in on the web site first");
  private static final Authentication REMOTE =
      Authentication.refused(
          ConnackCode.ACCESS_DENIED, "this broker has no authentication and serves loopback only");

  /** Accepts no client: leaves the decision to the application's own authenticators. */
  static Authenticator deferring() {
    return new ImmediateAuthenticator(request -> false, request -> DEFERRED);
  }

  /**
   * Accepts every client: {@code smq.auth=none}. Without {@code smq.auth.none.allowed} only from
   * this machine, also where a listener reaches further than the start could see.
   */
  static Authenticator anonymous(boolean remoteAllowed) {
    return new ImmediateAuthenticator(
        request -> false,
        request ->
            remoteAllowed || request.connection().address().isLoopbackAddress()
                ? Authentication.ANONYMOUS
                : REMOTE);
  }

  /** Accepts the user of the WebSocket's HTTP request, as Jakarta Security authenticated it. */
  static Authenticator http() {
    return new ImmediateAuthenticator(
        request -> request.connection().principal().isPresent(),
        request ->
            request
                .connection()
                .principal()
                .map(user -> Authentication.as(user.getName()))
                .orElse(LOGIN_REQUIRED));
  }

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return applies.test(request);
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    return CompletableFuture.completedStage(decision.apply(request));
  }
}
