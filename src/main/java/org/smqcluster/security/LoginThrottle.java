package org.smqcluster.security;

import java.util.Set;
import java.util.function.LongSupplier;
import org.smqcluster.broker.RateLimit;
import org.smqcluster.broker.spi.ClientNetwork;

/**
 * Bounds wrong credentials per minute, by network and by user. A user may be guessed at from
 * {@value #NETWORKS} networks before others are refused, so that no single one locks a user out. A
 * user that logged in from a network before is counted separately there, so that many cannot do so
 * either, nor a faulty device its neighbours. Thread-safe.
 */
final class LoginThrottle {

  /**
   * Networks that may use up their failures at one user before others are refused for that user.
   */
  static final int NETWORKS = 10;

  private static final int MAX_PROVEN = 10_000;
  private static final double SECONDS = 60;

  private record Pair(ClientNetwork network, String user) {}

  private final RateLimit<ClientNetwork> byNetwork;
  private final RateLimit<String> byUser;
  private final RateLimit<Pair> byPair;
  private final Set<Pair> proven = RecentSet.of(MAX_PROVEN);

  LoginThrottle(int failuresPerMinute) {
    this(failuresPerMinute, System::nanoTime);
  }

  LoginThrottle(int failuresPerMinute, LongSupplier nanoClock) {
    byNetwork = aMinute(failuresPerMinute, nanoClock);
    byUser = aMinute(NETWORKS * failuresPerMinute, nanoClock);
    byPair = aMinute(failuresPerMinute, nanoClock);
  }

  private static <K> RateLimit<K> aMinute(int failures, LongSupplier nanoClock) {
    return new RateLimit<>(failures / SECONDS, failures, nanoClock);
  }

  /** Whether this attempt must not even be looked at. */
  boolean refuses(ClientNetwork network, String user) {
    Pair pair = new Pair(network, user);
    return proven.contains(pair)
        ? byPair.isExhausted(pair)
        : byNetwork.isExhausted(network) || byUser.isExhausted(user);
  }

  void failed(ClientNetwork network, String user) {
    Pair pair = new Pair(network, user);
    if (proven.contains(pair)) {
      byPair.take(pair);
    } else {
      byNetwork.take(network);
      byUser.take(user);
    }
  }

  void succeeded(ClientNetwork network, String user) {
    proven.add(new Pair(network, user));
  }
}
