package org.smqcluster.broker;

import org.smqcluster.protocol.ConnackCode;

/**
 * What an {@link Authenticator} says of a client.
 *
 * @param code accepted, or why not
 * @param reason told to a client that is refused; empty otherwise
 * @param user the user that it is authenticated as, or null
 */
public record Authentication(ConnackCode code, String reason, String user) {

  /** Accepted without a user. */
  public static final Authentication ANONYMOUS = new Authentication(ConnackCode.ACCEPTED, "", null);

  /** Accepted as this user. */
  public static Authentication as(String user) {
    return new Authentication(ConnackCode.ACCEPTED, "", user);
  }

  /** Refused. */
  public static Authentication refused(ConnackCode code, String reason) {
    return new Authentication(code, reason, null);
  }
}
