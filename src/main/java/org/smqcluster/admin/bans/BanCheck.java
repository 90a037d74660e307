package org.smqcluster.admin.bans;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/**
 * Refuses banned clients, before their passwords are checked where it can. Thread-safe.
 *
 * @param authenticator asked for the clients that are not banned
 */
public record BanCheck(Bans bans, Authenticator authenticator) implements Authenticator {

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return authenticator.appliesTo(request);
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    return refusal(request, Optional.empty())
        .<CompletionStage<Authentication>>map(CompletableFuture::completedStage)
        .orElseGet(
            () ->
                authenticator
                    .authenticate(request)
                    .thenApply(
                        result ->
                            result
                                .user()
                                .flatMap(u -> refusal(request, result.user()))
                                .orElse(result)));
  }

  private Optional<Authentication> refusal(ConnectRequest request, Optional<String> user) {
    return bans.find(request.connect().uid(), user, request.connection().addressText())
        .map(ban -> Authentication.refused(ConnackCode.ACCESS_DENIED, Bans.text(ban)));
  }
}
