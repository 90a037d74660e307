package org.smqcluster.security;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.config.AuthMode;
import org.smqcluster.protocol.ConnackCode;

/**
 * What {@code smq.auth} says: the ways to log in, asked in their order until one accepts. A client
 * that none accepts is told why by the first way that it tried, or, if it tried none, by the first
 * of all. Thread-safe.
 */
final class AuthenticatorChain implements Authenticator {

  private final List<AuthMode> order;
  private final Map<AuthMode, Authenticator> ways;

  AuthenticatorChain(Map<AuthMode, Authenticator> ways, List<AuthMode> order) {
    this.ways = new EnumMap<>(ways);
    this.order = List.copyOf(order);
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    AuthMode first =
        order.stream().filter(way -> tried(way, request)).findFirst().orElse(order.get(0));
    return ask(0, null, first, request);
  }

  private CompletionStage<Authentication> ask(
      int index, Authentication refusal, AuthMode speaker, ConnectRequest request) {
    if (index == order.size()) {
      return CompletableFuture.completedStage(refusal);
    }
    AuthMode way = order.get(index);
    return ways.get(way)
        .authenticate(request)
        .thenCompose(
            result ->
                result.code() == ConnackCode.ACCEPTED
                    ? CompletableFuture.completedStage(result)
                    : ask(index + 1, way == speaker ? result : refusal, speaker, request));
  }

  private static boolean tried(AuthMode way, ConnectRequest request) {
    return switch (way) {
      case NONE -> false;
      case USERS -> request.connect().credentials().length > 0;
      case CERTIFICATE -> !request.connection().certificates().isEmpty();
      case HTTP -> request.connection().principal() != null;
    };
  }
}
