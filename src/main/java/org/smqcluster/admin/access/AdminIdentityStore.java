package org.smqcluster.admin.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.smqcluster.security.Administrators;

/**
 * Jakarta Security's view of the users of {@code smq.admin.users}. Thread-safe; a password that is
 * new has the server's thread wait, and only so many of them.
 */
@ApplicationScoped
public class AdminIdentityStore implements IdentityStore {

  /** A user's name and password, and where they come from. */
  static final class Login extends UsernamePasswordCredential {

    private final InetAddress from;

    Login(String user, String password, InetAddress from) {
      super(user, password);
      this.from = from;
    }
  }

  /** Requests that may wait for a password's check at a time; the server has 200 threads. */
  private static final int MAX_WAITING = 32;

  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  @Inject private Administrators administrators;

  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (!(credential instanceof Login login)) {
      return CredentialValidationResult.NOT_VALIDATED_RESULT;
    }
    String user = login.getCaller();
    CompletableFuture<Boolean> check =
        administrators.check(user, login.getPasswordAsString(), login.from).toCompletableFuture();
    return isRight(check)
        ? new CredentialValidationResult(user, administrators.roles(user))
        : CredentialValidationResult.INVALID_RESULT;
  }

  private boolean isRight(CompletableFuture<Boolean> check) {
    if (check.isDone()) {
      return check.join();
    }
    if (!waiting.tryAcquire()) {
      return false;
    }
    try {
      return check.join();
    } finally {
      waiting.release();
    }
  }
}
