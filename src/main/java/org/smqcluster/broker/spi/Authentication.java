package org.smqcluster.broker.spi;

import java.util.Optional;
import org.smqcluster.protocol.ConnackCode;

/**
 * What an {@link Authenticator} says of a client.
 *
 * @param code accepted, or why not
 * @param reason told to a client that is refused; empty otherwise
 * @param user the user that it is authenticated as, of {@value #MAX_USER} characters at most; empty
 *     without one
 * @param proof what the authenticator recognizes the client by later, to end it when its
 *     credentials are withdrawn; empty if that cannot happen
 */
public record Authentication(
    ConnackCode code, String reason, Optional<String> user, Optional<Object> proof) {

  /** Bound of a user's name, in characters: all nodes keep it with the client. */
  public static final int MAX_USER = 1024;

  /** Accepted without a user. */
  public static final Authentication ANONYMOUS = accepted(Optional.empty(), Optional.empty());

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the user's name is too long
   */
  public Authentication {
    if (user.filter(name -> name.length() > MAX_USER).isPresent()) {
      throw new IllegalArgumentException(
          "the name of the user has more than " + MAX_USER + " characters");
    }
  }

  /** Accepted as this user. */
  public static Authentication as(String user) {
    return accepted(Optional.of(user), Optional.empty());
  }

  /** Accepted as this user, because of something that can be withdrawn. */
  public static Authentication as(String user, Object proof) {
    return accepted(Optional.of(user), Optional.of(proof));
  }

  /** Accepted. */
  public static Authentication accepted(Optional<String> user, Optional<Object> proof) {
    return new Authentication(ConnackCode.ACCEPTED, "", user, proof);
  }

  /** Refused. */
  public static Authentication refused(ConnackCode code, String reason) {
    return new Authentication(code, reason, Optional.empty(), Optional.empty());
  }
}
