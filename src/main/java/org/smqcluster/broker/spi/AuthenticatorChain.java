package org.smqcluster.broker.spi;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.protocol.ConnackCode;

/**
 * Asks authenticators in their order until one accepts. A client that none accepts is told the
 * refusal of the first to which it offers something, or, if it offers nothing to any, of the first.
 * Thread-safe.
 */
public final class AuthenticatorChain implements Authenticator {

  private final List<Authenticator> authenticators;

  /**
   * Makes a chain.
   *
   * @param authenticators at least one
   */
  public AuthenticatorChain(List<? extends Authenticator> authenticators) {
    this.authenticators = List.copyOf(authenticators);
  }

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return authenticators.stream().anyMatch(each -> each.appliesTo(request));
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    Authenticator speaker =
        authenticators.stream()
            .filter(each -> each.appliesTo(request))
            .findFirst()
            .orElse(authenticators.get(0));
    return ask(0, request, speaker, null);
  }

  private CompletionStage<Authentication> ask(
      int index, ConnectRequest request, Authenticator speaker, Authentication refusal) {
    if (index == authenticators.size()) {
      return CompletableFuture.completedStage(refusal);
    }
    Authenticator asked = authenticators.get(index);
    return asked
        .authenticate(request)
        .thenCompose(
            result ->
                result.code() == ConnackCode.ACCEPTED
                    ? CompletableFuture.completedStage(result)
                    : ask(index + 1, request, speaker, asked == speaker ? result : refusal));
  }
}
