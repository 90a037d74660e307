package org.smqcluster.security;

import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.Authentication;
import org.smqcluster.broker.Authenticator;
import org.smqcluster.broker.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/**
 * Asks the access list whether who was let in may have the UID that it wants: a UID that is in use
 * is taken over, with its ETID and what is sent to it.
 */
record UidCheck(Authenticator logins, WatchedFile<Acl> acl) implements Authenticator {

  private static final Authentication DENIED =
      Authentication.refused(ConnackCode.ACCESS_DENIED, "this user may not have this UID");

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    return logins.authenticate(request).thenApply(result -> check(result, request));
  }

  private Authentication check(Authentication result, ConnectRequest request) {
    boolean allowed =
        result.code() != ConnackCode.ACCEPTED
            || acl.content().allowsConnect(result.user(), request.connect().uid());
    return allowed ? result : DENIED;
  }
}
