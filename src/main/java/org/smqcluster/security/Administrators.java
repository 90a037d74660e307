package org.smqcluster.security;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.config.AdminKeys;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.OidcKeys;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.Settings;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.protocol.AddressText;

/**
 * The administrators of {@code smq.admin.users} and their roles. Password guessing is throttled as
 * for clients. Thread-safe.
 */
public final class Administrators implements AutoCloseable {

  /** May look at everything. */
  public static final String VIEWER = "viewer";

  /** May change things, too. */
  public static final String OPERATOR = "operator";

  static final Set<String> VIEWER_ROLES = Set.of(VIEWER);
  static final Set<String> OPERATOR_ROLES = Set.of(VIEWER, OPERATOR);

  private static final LimitedLog LOG = new LimitedLog(Administrators.class);

  private static final int FIELDS = 3;

  /** Names of smq.admin.users are no longer. */
  private static final int MAX_NAME = 100;

  /**
   * Passwords that wait to be checked; a request holds a thread of the server as long as its own
   * does, and the last one waits for a few seconds.
   */
  static final int MAX_WAITING = 16;

  /**
   * Checked for unknown users, so that the time of an answer does not tell whether a user exists.
   */
  private static final UserKey.Password NO_KEY =
      UserKey.Password.ofARandomSecret(UserKey.Password.DEFAULT_ITERATIONS);

  private record Administrator(Set<String> roles, UserKey.Password key) {}

  private final Map<String, Administrator> all = new HashMap<>();
  private final boolean elsewhere;
  private final PasswordChecks checks;
  private final LoginThrottle throttle;

  /** Takes the users of the configuration; refuses it if one has no usable hash. */
  public Administrators(Settings settings) {
    this(settings, new PasswordChecks(MAX_WAITING));
  }

  Administrators(Settings settings, PasswordChecks checks) {
    this.checks = checks;
    elsewhere = !settings.get(OidcKeys.ISSUER).isEmpty();
    throttle = new LoginThrottle(settings.get(SecurityKeys.LIMIT_LOGIN_FAILURES));
    for (String user : settings.get(AdminKeys.USERS)) {
      String[] fields = user.split(":", FIELDS);
      Set<String> roles = fields[1].equals(OPERATOR) ? OPERATOR_ROLES : VIEWER_ROLES;
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

  /** Whether there is one, here or at a login server: without, administration is off. */
  public boolean isConfigured() {
    return elsewhere || !all.isEmpty();
  }

  /** The user's roles; empty for a name that is not an administrator's. */
  public Set<String> roles(String user) {
    Administrator administrator = all.get(user);
    return administrator == null ? Set.of() : administrator.roles();
  }

  /**
   * Checks a password. None is accepted without administrators or after too many wrong ones. Any
   * thread.
   *
   * @param from where the attempt comes from
   * @return completes with whether it is right; at once where nothing has to be worked out
   */
  public CompletionStage<Boolean> check(String user, String password, InetAddress from) {
    ClientNetwork network = ClientNetwork.of(from);
    if (all.isEmpty() || user.length() > MAX_NAME || throttle.refuses(network, user)) {
      return CompletableFuture.completedStage(false);
    }
    Administrator administrator = all.get(user);
    UserKey.Password key = administrator == null ? NO_KEY : administrator.key();
    return checks
        .check(user, key, password, () -> throttle.refuses(network, user))
        .thenApply(
            result -> {
              boolean right = administrator != null && result == PasswordChecks.Result.RIGHT;
              if (right) {
                throttle.succeeded(network, user);
              } else if (result == PasswordChecks.Result.WRONG) {
                throttle.failed(network, user);
                LOG.log(
                    Level.WARNING,
                    "{1} sent a wrong password for administrator {0}",
                    user,
                    AddressText.of(from));
              }
              return right;
            });
  }

  @Override
  public void close() {
    checks.close();
  }
}
