package org.smqcluster.security;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.JwtKeys;
import org.smqcluster.config.OidcKeys;
import org.smqcluster.config.SecurityKeys;
import org.smqcluster.config.SecurityKeys.AuthMode;
import org.smqcluster.config.SecurityKeys.TlsClientAuth;
import org.smqcluster.config.Settings;
import org.smqcluster.protocol.AddressText;

/** Finds settings that would accept every client by mistake, or none. */
final class ExposureCheck {

  private ExposureCheck() {}

  /**
   * Looks at the settings that belong together.
   *
   * @param otherAuthenticators whether the application has authenticators of its own
   * @throws ConfigException if they would do harm; the message says what to do
   */
  static void check(Settings settings, boolean otherAuthenticators) {
    List<String> problems = new ArrayList<>();
    List<AuthMode> auth = settings.get(SecurityKeys.AUTH);
    if (auth.contains(AuthMode.NONE) && auth.size() > 1) {
      problems.add("smq.auth has none beside others: none accepts every client; remove it.");
    }
    if (auth.contains(AuthMode.NONE)
        && !otherAuthenticators
        && !settings.get(SecurityKeys.AUTH_NONE_ALLOWED)) {
      checkLoopback(settings, problems);
    }
    if (auth.contains(AuthMode.USERS) && settings.get(SecurityKeys.AUTH_USERS_FILE).isEmpty()) {
      problems.add("smq.auth has users: set smq.auth.users.file, see server-config/users.example.");
    }
    if (!settings.get(OidcKeys.ISSUER).isEmpty() && settings.get(OidcKeys.CLIENT_ID).isEmpty()) {
      problems.add("smq.admin.oidc.issuer is set: set smq.admin.oidc.client.id, too.");
    }
    if (auth.contains(AuthMode.JWT)) {
      for (ConfigKey<String> key : List.of(JwtKeys.KEY_SET, JwtKeys.ISSUER, JwtKeys.AUDIENCE)) {
        if (settings.get(key).isEmpty()) {
          problems.add("smq.auth has jwt: set " + key.name() + ".");
        }
      }
    }
    if (settings.get(SecurityKeys.DEVICE_TLS_ENABLED)) {
      checkTls(settings, problems);
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void checkLoopback(Settings settings, List<String> problems) {
    InetAddress bind = settings.get(ConfigKey.BIND_ADDRESS);
    String url = settings.get(ConfigKey.HTTP_URL);
    String open =
        !bind.isLoopbackAddress()
            ? "smq.bind.address is " + AddressText.of(bind)
            : !url.isEmpty() && !isLoopback(URI.create(url).getHost())
                ? "smq.http.url is " + url
                : null;
    if (open != null) {
      problems.add(
          open
              + ", which others can reach, and smq.auth is none: every client would be accepted. Set"
              + " smq.auth=users (or certificate, http or jwt), or, if that is intended,"
              + " smq.auth.none.allowed=true.");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static void checkTls(Settings settings, List<String> problems) {
    if (settings.get(SecurityKeys.TLS_KEYSTORE).isEmpty()) {
      problems.add(
          "smq.device.tls.enabled is true: set smq.tls.keystore, see server-config/tls/README.md.");
    }
    if (settings.get(SecurityKeys.DEVICE_TLS_CLIENT_AUTH) != TlsClientAuth.NONE
        && settings.get(SecurityKeys.TLS_TRUSTSTORE).isEmpty()) {
      problems.add(
          "smq.device.tls.client.auth asks for certificates: set smq.tls.truststore to the accepted authorities.");
    }
  }
}
