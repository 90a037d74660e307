package org.smqcluster.security;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.ClientNetwork;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;

/**
 * Who may administer: the users of {@code smq.admin.users}, with what they may do. Guessing is
 * slowed down as that of clients is. Thread-safe.
 */
public final class Administrators implements AutoCloseable {

  /** May look at everything. */
  public static final String VIEWER = "viewer";

  /** May change things, too. */
  public static final String OPERATOR = "operator";

  private static final int FIELDS = 3;

  /** Takes as long to check as any: whether a user exists cannot be seen from the time. */
  private static final UserKey.Password NOBODY =
      UserKey.Password.thatNobodyKnows(UserKey.Password.DEFAULT_ITERATIONS);

  private record Administrator(Set<String> roles, UserKey.Password key) {}

  private final Map<String, Administrator> all = new HashMap<>();
  private final PasswordChecks checks = new PasswordChecks();
  private final LoginThrottle throttle;

  /**
   * Takes the users of the configuration.
   *
   * @throws ConfigException if one cannot be used
   */
  public Administrators(Settings settings) {
    throttle = new LoginThrottle(settings.get(SecurityKeys.LIMIT_LOGIN_FAILURES));
    for (String user : settings.get(AdminKeys.USERS)) {
      String[] fields = user.split(":", FIELDS);
      Set<String> roles = fields[1].equals(OPERATOR) ? Set.of(VIEWER, OPERATOR) : Set.of(VIEWER);
      String line = fields[0] + ":" + fields[2];
      try {
        UserKey key = Users.parse(List.of(line)).key(fields[0]);
        all.put(fields[0], new Administrator(roles, (UserKey.Password) key));
      } catch (FileFormatException e) {
        throw new ConfigException(
            AdminKeys.USERS.name() + ": user " + fields[0] + " has no usable hash", e);
      }
    }
  }

  /** Whether there is one: without, administration is off. */
  public boolean isConfigured() {
    return !all.isEmpty();
  }

  /** What the user may do; empty for a stranger. */
  public Set<String> roles(String user) {
    Administrator administrator = all.get(user);
    return administrator == null ? Set.of() : administrator.roles();
  }

  /** Whether an attempt must not even be looked at: there were too many wrong ones. */
  public boolean refuses(String user, InetAddress from) {
    return throttle.refuses(ClientNetwork.of(from), user);
  }

  /**
   * Checks a password.
   *
   * @param from where the attempt comes from
   * @return completes with whether it is right
   */
  public CompletionStage<Boolean> check(String user, String password, InetAddress from) {
    Administrator administrator = all.get(user);
    UserKey.Password key = administrator == null ? NOBODY : administrator.key();
    return checks
        .check(user, key, password)
        .thenApply(
            result -> {
              boolean right = administrator != null && result == PasswordChecks.Result.RIGHT;
              if (right) {
                throttle.succeeded(ClientNetwork.of(from), user);
              } else if (result != PasswordChecks.Result.BUSY) {
                throttle.failed(ClientNetwork.of(from), user);
              }
              return right;
            });
  }

  @Override
  public void close() {
    checks.close();
  }
}
