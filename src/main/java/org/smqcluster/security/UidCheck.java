package org.smqcluster.security;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.protocol.ConnackCode;

/**
 * Checks an authenticated client's UID against the access list, because a UID in use is taken over,
 * with its ETID and what is sent to it. A client that loses the permission for its UID is closed.
 */
record UidCheck(Authenticator logins, WatchedFile<Acl> acl) implements Authenticator {

  private static final Authentication DENIED =
      Authentication.refused(ConnackCode.ACCESS_DENIED, "this user may not have this UID");

  /** Holds as long as the login does and the access list allows the user this UID. */
  private record UidProof(Authentication login, String uid, WatchedFile<Acl> acl)
      implements RevocableCredential {

    @Override
    public boolean holds() {
      return ofLogin().map(RevocableCredential::holds).orElse(true)
          && acl.content().allowsConnect(login.user().orElse(null), uid);
    }

    @Override
    public String reason() {
      return ofLogin()
          .filter(credential -> !credential.holds())
          .map(RevocableCredential::reason)
          .orElseGet(RevocableCredential.super::reason);
    }

    @Override
    public Optional<Acl> rules() {
      return ofLogin().flatMap(RevocableCredential::rules);
    }

    private Optional<RevocableCredential> ofLogin() {
      return RevocableCredential.of(login);
    }
  }

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return logins.appliesTo(request);
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    return logins.authenticate(request).thenApply(result -> check(result, request));
  }

  private Authentication check(Authentication result, ConnectRequest request) {
    if (result.code() != ConnackCode.ACCEPTED) {
      return result;
    }
    UidProof proof = new UidProof(result, request.connect().uid(), acl);
    return proof.holds() ? Authentication.accepted(result.user(), Optional.of(proof)) : DENIED;
  }
}
