package org.smqcluster.security;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.AuthenticatorChain;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.JwtKeys;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.SecurityKeys.AuthMode;
import org.smqcluster.config.Settings;
import org.smqcluster.threads.DaemonThreads;

/**
 * The configured authentication and authorization, with the files that it names, which are checked
 * for changes once a second. Thread-safe.
 */
public final class AccessControl implements AutoCloseable {

  @FunctionalInterface
  private interface FileReader<T> {
    T read(Path file) throws IOException, GeneralSecurityException;
  }

  /** Logins of SMQ clients; they hold no thread while they wait. */
  private static final int MAX_PASSWORDS_WAITING = 200;

  private static final int POLL_SECONDS = 1;
  private static final int EXPIRY_CHECK_SECONDS = 60;

  /** Tokens are over sooner than certificates. */
  private static final int TOKEN_CHECK_SECONDS = 1;

  private final List<WatchedFile<?>> files = new ArrayList<>();
  private final PasswordChecks passwords = new PasswordChecks(MAX_PASSWORDS_WAITING);
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("smq-security-files"));
  private final Authenticator authenticator;
  private final TopicPolicy topicPolicy;
  private final PermissionEnforcer liveClients;

  /** Both null without {@code smq.auth=jwt}. */
  private KeySet keySet;

  private TokenAuthenticator tokens;

  /** Null without a TLS device port. */
  private final WatchedFile<TlsIdentity.Loaded> deviceTls;

  /**
   * Reads the files and begins to watch them.
   *
   * @param otherAuthenticators whether the application has authenticators of its own
   * @throws org.smqcluster.config.ConfigException if the settings would accept every client by
   *     mistake or no client at all, or if a file is missing or invalid
   */
  public AccessControl(Settings settings, boolean otherAuthenticators) {
    ExposureCheck.check(settings, otherAuthenticators);
    WatchedFile<Acl> acl = acl(settings);
    topicPolicy = acl == null ? TopicPolicy.PERMIT_ALL : new AclPolicy(client -> acl.content());
    liveClients = new PermissionEnforcer(topicPolicy);
    deviceTls = deviceTls(settings);
    Authenticator logins = logins(settings, otherAuthenticators);
    authenticator = acl == null ? logins : new UidCheck(logins, acl);
    HttpsIdentity https = HttpsIdentity.ofServer();
    if (!https.files().isEmpty()) {
      files.add(WatchedFile.changes(https.files(), https::takeOver));
    }
    poller.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the look at changed files", this::poll),
        POLL_SECONDS,
        POLL_SECONDS,
        TimeUnit.SECONDS);
    int checkSeconds = keySet == null ? EXPIRY_CHECK_SECONDS : TOKEN_CHECK_SECONDS;
    poller.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the check of credentials", liveClients::recheckProofs),
        checkSeconds,
        checkSeconds,
        TimeUnit.SECONDS);
  }

  /** Decides which clients may connect. */
  public Authenticator authenticator() {
    return authenticator;
  }

  /** Decides which topics a client may use. */
  public TopicPolicy topicPolicy() {
    return topicPolicy;
  }

  /** Decides which topics a client with a token may use. */
  public TopicPolicy tokenPolicy() {
    return tokens == null ? TopicPolicy.PERMIT_ALL : new AclPolicy(TokenAuthenticator::rules);
  }

  /** Must be told of all clients, to end what is no longer allowed. */
  public BrokerListener listener() {
    return liveClients;
  }

  /** The keys of the TLS device port, at each call the newest; null if there is no such port. */
  public Supplier<TlsKeys> deviceTls() {
    return deviceTls == null ? null : () -> deviceTls.content().keys();
  }

  @Override
  public void close() {
    poller.shutdownNow();
    passwords.close();
    if (tokens != null) {
      tokens.close();
    }
  }

  private WatchedFile<Acl> acl(Settings settings) {
    return settings.get(SecurityKeys.ACL_FILE).isEmpty()
        ? null
        : watch(settings, SecurityKeys.ACL_FILE, Acl::read);
  }

  private Authenticator logins(Settings settings, boolean otherAuthenticators) {
    List<Authenticator> logins =
        settings.get(SecurityKeys.AUTH).stream()
            .map(mode -> login(mode, settings, otherAuthenticators))
            .toList();
    return logins.size() == 1 ? logins.get(0) : new AuthenticatorChain(logins);
  }

  private Authenticator login(AuthMode mode, Settings settings, boolean otherAuthenticators) {
    return switch (mode) {
      case NONE ->
          otherAuthenticators
              ? ImmediateAuthenticator.deferring()
              : ImmediateAuthenticator.anonymous(settings.get(SecurityKeys.AUTH_NONE_ALLOWED));
      case USERS -> usersLogin(settings);
      case CERTIFICATE -> certificateLogin(settings);
      case HTTP -> ImmediateAuthenticator.http();
      case JWT -> tokenLogin(settings);
    };
  }

  private Authenticator usersLogin(Settings settings) {
    return new PasswordAuthenticator(
        watch(settings, SecurityKeys.AUTH_USERS_FILE, Users::read),
        passwords,
        new LoginThrottle(settings.get(SecurityKeys.LIMIT_LOGIN_FAILURES)),
        settings.get(SecurityKeys.LIMIT_LOOPBACK));
  }

  private Authenticator tokenLogin(Settings settings) {
    String from = settings.get(JwtKeys.KEY_SET);
    if (from.startsWith("https://") || from.startsWith("http://")) {
      keySet = new RemoteKeySet(URI.create(from), System::nanoTime);
    } else {
      keySet =
          watch(settings, JwtKeys.KEY_SET, file -> KeySet.parse(Files.readString(file)))::content;
    }
    tokens = new TokenAuthenticator(keySet, TokenCheck.of(settings));
    return tokens;
  }

  private Authenticator certificateLogin(Settings settings) {
    ConfigKey<String> revoked = SecurityKeys.AUTH_CERTIFICATE_REVOKED_FILE;
    Supplier<RevocationList> revocations =
        settings.get(revoked).isEmpty()
            ? () -> RevocationList.NONE
            : watch(settings, revoked, RevocationList::read)::content;
    Supplier<Authorities> authorities =
        deviceTls == null ? () -> Authorities.NONE : () -> deviceTls.content().authorities();
    return new CertificateAuthenticator(
        settings.get(SecurityKeys.AUTH_CERTIFICATE_NAME), revocations, authorities);
  }

  private WatchedFile<TlsIdentity.Loaded> deviceTls(Settings settings) {
    if (!settings.get(SecurityKeys.DEVICE_TLS_ENABLED)) {
      return null;
    }
    String trust = settings.get(SecurityKeys.TLS_TRUSTSTORE);
    TlsIdentity identity =
        new TlsIdentity(
            Path.of(settings.get(SecurityKeys.TLS_KEYSTORE)),
            settings.get(SecurityKeys.TLS_KEYSTORE_PASSWORD),
            trust.isEmpty() ? null : Path.of(trust),
            settings.get(SecurityKeys.TLS_TRUSTSTORE_PASSWORD));
    String keys =
        SecurityKeys.TLS_KEYSTORE.name()
            + (trust.isEmpty() ? "" : ", " + SecurityKeys.TLS_TRUSTSTORE.name());
    return watch(keys, identity.files(), identity::load);
  }

  private <T> WatchedFile<T> watch(Settings settings, ConfigKey<String> key, FileReader<T> reader) {
    Path path = Path.of(settings.get(key));
    return watch(key.name(), List.of(path), () -> reader.read(path));
  }

  private <T> WatchedFile<T> watch(String key, List<Path> paths, WatchedFile.Source<T> source) {
    WatchedFile<T> watched = WatchedFile.open(key, paths, source);
    files.add(watched);
    return watched;
  }

  private void poll() {
    boolean changed = keySet != null && keySet.poll();
    for (WatchedFile<?> file : files) {
      changed |= file.poll();
    }
    if (changed) {
      liveClients.recheckProofs();
      liveClients.recheckTopics();
    }
  }
}
