package org.smqcluster.security;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.smqcluster.payara.ServerTls;

/**
 * The key and trust store that the server has HTTPS from, where {@code -Djavax.net.ssl.keyStore}
 * and {@code -Djavax.net.ssl.trustStore} name them. Payara Micro copies these files at its start
 * and reads its copies; this lets it do that again while it runs. For one thread at a time.
 */
record HttpsIdentity(Optional<HttpsIdentity.Store> keys, Optional<HttpsIdentity.Store> trust) {

  private static final Logger LOG = System.getLogger(HttpsIdentity.class.getName());
  private static final String KEYS = "javax.net.ssl.keyStore";
  private static final String TRUST = "javax.net.ssl.trustStore";

  /**
   * A store of the server's.
   *
   * @param file the operator's
   * @param copy the server's own, or the same
   * @param password of the store and the keys in it
   */
  private record Store(Path file, Path copy, String password) {

    static Optional<Store> of(String property) {
      String option = "-D" + property + "=";
      String copy = System.getProperty(property);
      // by now the property has the copy's name; what it was is known as it was given alone
      return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(argument -> argument.startsWith(option))
          .map(argument -> Path.of(argument.substring(option.length())))
          .reduce((one, last) -> last)
          .filter(file -> copy != null)
          .map(
              file ->
                  new Store(
                      file, Path.of(copy), System.getProperty(property + "Password", "changeit")));
    }

    KeyStore load() throws IOException, GeneralSecurityException {
      if (!Files.isRegularFile(file)) {
        throw new NoSuchFileException(file.toString());
      }
      return KeyStore.getInstance(file.toFile(), password.toCharArray());
    }

    void renewCopy() throws IOException {
      if (!Files.isSameFile(file, copy)) {
        Path fresh = copy.resolveSibling(copy.getFileName() + ".new");
        Files.copy(file, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  static HttpsIdentity ofServer() {
    return new HttpsIdentity(Store.of(KEYS), Store.of(TRUST));
  }

  /** The operator's files; none if the server has TLS from its own. */
  List<Path> files() {
    return Stream.concat(keys.stream(), trust.stream()).map(Store::file).toList();
  }

  /**
   * Lets new connections have what the files say now; those that are open stay as they are.
   *
   * @return how many listeners took it over
   * @throws IOException if a file cannot be used; the server then goes on with what it had
   */
  Integer takeOver() throws IOException, GeneralSecurityException {
    try {
      ServerTls server = ServerTls.find();
      if (keys.isPresent()) {
        check(keys.get(), server.aliases());
        keys.get().renewCopy();
      }
      if (trust.isPresent()) {
        trust.get().load();
        trust.get().renewCopy();
      }
      int listeners = server.reload();
      LOG.log(
          Level.INFO,
          "The HTTPS certificate was read again; listeners that show it to new connections: {0}",
          listeners);
      return listeners;
    } catch (ReflectiveOperationException e) {
      Throwable reason = e instanceof InvocationTargetException ? e.getCause() : e;
      throw new IOException(
          "this server cannot reload a certificate while it runs, restart the node: " + reason,
          reason);
    }
  }

  private static void check(Store store, List<String> aliases)
      throws IOException, GeneralSecurityException {
    KeyStore now = store.load();
    for (String alias : aliases) {
      if (!now.isKeyEntry(alias)) {
        throw new FileFormatException(store.file() + " has no private key named " + alias);
      }
      // its password is the store's
      now.getKey(alias, store.password().toCharArray());
    }
  }
}
