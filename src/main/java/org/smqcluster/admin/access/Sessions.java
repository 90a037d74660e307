package org.smqcluster.admin.access;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The logins of this node. A token is the node's name, a dot, and 256 random bits, so that another
 * node knows which node to ask about it. Lost when the node ends. Thread-safe.
 */
final class Sessions {

  static final Duration LIFE = Duration.ofHours(8);

  /** Bound of logins; one more evicts the oldest. */
  static final int MAX_SESSIONS = 1000;

  private static final int TOKEN_BYTES = 32;
  private static final Pattern TOKEN = Pattern.compile("(.+)\\.[A-Za-z0-9_-]{43}");

  /** A login, and when it ends, in milliseconds since 1970. */
  public record Session(String user, Set<String> roles, long until) {}

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> byToken = new ConcurrentHashMap<>();

  Sessions(Clock clock) {
    this.clock = clock;
  }

  /** Begins a session; returns its token. */
  String begin(String node, String user, Set<String> roles) {
    long now = clock.millis();
    byToken.values().removeIf(session -> session.until() <= now);
    if (byToken.size() >= MAX_SESSIONS) {
      byToken.entrySet().stream()
          .min(Comparator.comparingLong(each -> each.getValue().until()))
          .ifPresent(oldest -> byToken.remove(oldest.getKey()));
    }
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = node + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byToken.put(token, new Session(user, roles, now + LIFE.toMillis()));
    return token;
  }

  /** The session of a token that this node made, while it holds. */
  Optional<Session> find(String token) {
    return Optional.ofNullable(byToken.get(token))
        .filter(session -> session.until() > clock.millis());
  }

  void end(String token) {
    byToken.remove(token);
  }

  /** The node that made a token; empty if it has not the form of one. */
  static String nodeOf(String token) {
    Matcher matcher = TOKEN.matcher(token);
    return matcher.matches() ? matcher.group(1) : "";
  }
}
