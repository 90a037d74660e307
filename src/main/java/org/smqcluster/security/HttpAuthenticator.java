package org.smqcluster.security;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/** Accepts the user of the WebSocket's HTTP request, as Jakarta Security authenticated it. */
final class HttpAuthenticator implements Authenticator {

  private static final Authentication REQUIRED =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "log in on the web site first");

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return request.connection().principal().isPresent();
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    return CompletableFuture.completedStage(
        request
            .connection()
            .principal()
            .map(user -> Authentication.as(user.getName()))
            .orElse(REQUIRED));
  }
}
