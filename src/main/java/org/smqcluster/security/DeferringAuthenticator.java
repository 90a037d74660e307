package org.smqcluster.security;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/** Accepts no client: leaves the decision to the application's own authenticators. */
final class DeferringAuthenticator implements Authenticator {

  private static final Authentication DEFERRED =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "bad credentials");

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return false;
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    return CompletableFuture.completedStage(DEFERRED);
  }
}
