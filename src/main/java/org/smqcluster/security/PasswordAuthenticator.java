package org.smqcluster.security;

import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.WireText;

/**
 * Lets in the users of the users file: their credentials are {@code name:password}, or {@code
 * name:answer} with the hexadecimal answer to the challenge of Init. Thread-safe.
 */
final class PasswordAuthenticator implements Authenticator {

  /** Stands in for a user where the file has none at all. */
  private static final UserKey NO_KEY =
      new UserKey.Challenge("00".repeat(UserKey.Challenge.KEY_BYTES));

  private static final Authentication WRONG =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "bad credentials");
  private static final Authentication MISSING =
      Authentication.refused(ConnackCode.BAD_CREDENTIALS, "credentials required");
  private static final Authentication THROTTLED =
      Authentication.refused(
          ConnackCode.UNAVAILABLE, "too many failed attempts, try again in a minute");
  private static final Authentication BUSY =
      Authentication.refused(ConnackCode.UNAVAILABLE, "too many logins at once, try again");

  private record UserProof(WatchedFile<Users> users, String name, UserKey key)
      implements RevocableCredential {

    @Override
    public boolean holds() {
      return key.equals(users.content().key(name));
    }
  }

  private final WatchedFile<Users> users;
  private final PasswordChecks passwords;
  private final LoginThrottle throttle;
  private final boolean throttleLoopback;
  private final int decoySeed = new SecureRandom().nextInt();

  PasswordAuthenticator(
      WatchedFile<Users> users,
      PasswordChecks passwords,
      LoginThrottle throttle,
      boolean throttleLoopback) {
    this.users = users;
    this.passwords = passwords;
    this.throttle = throttle;
    this.throttleLoopback = throttleLoopback;
  }

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return request.connect().credentials().length > 0;
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    byte[] bytes = request.connect().credentials();
    if (bytes.length == 0) {
      return CompletableFuture.completedStage(MISSING);
    }
    String credentials = WireText.decode(bytes, 0, bytes.length);
    int colon = credentials.indexOf(':');
    String given = colon < 0 ? "" : credentials.substring(0, colon);
    String name = Users.isName(given) ? given : "";
    String secret = credentials.substring(colon + 1);
    var address = request.connection().address();
    boolean throttled = throttleLoopback || !address.isLoopbackAddress();
    ClientNetwork network = ClientNetwork.of(address);
    BooleanSupplier refused = () -> throttled && throttle.refuses(network, name);
    if (refused.getAsBoolean()) {
      return CompletableFuture.completedStage(THROTTLED);
    }
    UserKey key = users.content().key(name);
    return check(name, key == null ? decoy(name) : key, secret, request, refused)
        .thenApply(
            result -> {
              if (result == PasswordChecks.Result.BUSY) {
                return BUSY;
              }
              if (result == PasswordChecks.Result.THROTTLED) {
                return THROTTLED;
              }
              boolean right = result == PasswordChecks.Result.RIGHT && key != null;
              if (throttled && right) {
                throttle.succeeded(network, name);
              } else if (throttled) {
                throttle.failed(network, name);
              }
              return right ? Authentication.as(name, new UserProof(users, name, key)) : WRONG;
            });
  }

  private CompletionStage<PasswordChecks.Result> check(
      String name, UserKey key, String secret, ConnectRequest request, BooleanSupplier refused) {
    if (key instanceof UserKey.Password password) {
      return passwords.check(name, password, secret, refused);
    }
    UserKey.Challenge challenge = (UserKey.Challenge) key;
    boolean right = challenge.matches(secret, request.seed(), request.connection().addressText());
    return CompletableFuture.completedStage(
        right ? PasswordChecks.Result.RIGHT : PasswordChecks.Result.WRONG);
  }

  /**
   * The key that an unknown name is checked against, always the same for that name: the check takes
   * as long as for an existing user, so that timing reveals no names.
   */
  private UserKey decoy(String name) {
    List<UserKey> all = users.content().keys();
    return all.isEmpty()
        ? NO_KEY
        : all.get(Math.floorMod(name.hashCode() * 31 ^ decoySeed, all.size()));
  }
}
