package org.smqcluster.security;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/**
 * Accepts every client: {@code smq.auth=none}. Without {@code smq.auth.none.allowed} only from this
 * machine, also where a listener reaches further than the start could see.
 */
final class AnonymousAuthenticator implements Authenticator {

  private static final Authentication REMOTE =
      Authentication.refused(
          ConnackCode.ACCESS_DENIED, "this broker has no authentication and serves loopback only");

  private final boolean remoteAllowed;

  AnonymousAuthenticator(boolean remoteAllowed) {
    this.remoteAllowed = remoteAllowed;
  }

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return false;
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    boolean local = request.connection().address().isLoopbackAddress();
    return CompletableFuture.completedStage(
        local || remoteAllowed ? Authentication.ANONYMOUS : REMOTE);
  }
}
