package org.smqcluster.admin.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.smqcluster.security.Administrators;

/** Jakarta Security's view of the users of {@code smq.admin.users}. Thread-safe. */
@ApplicationScoped
public class AdminIdentityStore implements IdentityStore {

  private static final Logger LOG = System.getLogger(AdminIdentityStore.class.getName());

  /** Names of smq.admin.users are no longer. */
  private static final int MAX_NAME = 100;

  @Inject private Administrators administrators;

  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (!(credential instanceof AdminCredential login)) {
      return CredentialValidationResult.NOT_VALIDATED_RESULT;
    }
    String user = login.getCaller();
    if (user.length() > MAX_NAME) {
      return CredentialValidationResult.INVALID_RESULT;
    }
    if (administrators.refuses(user, login.from())) {
      return CredentialValidationResult.INVALID_RESULT;
    }
    boolean right =
        administrators
            .check(user, login.getPasswordAsString(), login.from())
            .toCompletableFuture()
            .join();
    if (!right) {
      LOG.log(
          Level.WARNING,
          "A wrong password of administrator {0} came from {1}",
          user.replaceAll("[^A-Za-z0-9._-]", "?"),
          login.from().getHostAddress());
      return CredentialValidationResult.INVALID_RESULT;
    }
    return new CredentialValidationResult(user, administrators.roles(user));
  }
}
