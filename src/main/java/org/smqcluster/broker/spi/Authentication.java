package org.smqcluster.broker.spi;

import org.smqcluster.protocol.ConnackCode;

/**
 * What an {@link Authenticator} says of a client.
 *
 * @param code accepted, or why not
 * @param reason told to a client that is refused; empty otherwise
 * @param user the user that it is authenticated as, or null
 * @param proof what the authenticator wants to know the client by later, to end it when its
 *     credentials are withdrawn; null if that cannot happen
 */
public record Authentication(ConnackCode code, String reason, String user, Object proof) {

  /** Accepted without a user. */
  public static final Authentication ANONYMOUS = as(null);

  /** Accepted as this user. */
  public static Authentication as(String user) {
    return as(user, null);
  }

  /** Accepted as this user, because of something that can be withdrawn. */
  public static Authentication as(String user, Object proof) {
    return new Authentication(ConnackCode.ACCEPTED, "", user, proof);
  }

  /** Refused. */
  public static Authentication refused(ConnackCode code, String reason) {
    return new Authentication(code, reason, null, null);
  }
}
