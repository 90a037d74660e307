package org.smqcluster.security;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * Reads the keys of this node's TLS from a key store with its key and certificate chain, and, where
 * clients show certificates, from a trust store with the authorities that sign those.
 *
 * @param keyStore PKCS #12 or JKS
 * @param keyPassword of the key store and its key
 * @param trustStore PKCS #12 or JKS; null for none
 * @param trustPassword of the trust store
 */
record TlsIdentity(Path keyStore, String keyPassword, Path trustStore, String trustPassword) {

  List<Path> files() {
    return Stream.of(keyStore, trustStore).filter(Objects::nonNull).toList();
  }

  /** The node's keys, and the authorities that may sign clients' certificates. */
  record Loaded(TlsKeys keys, Authorities authorities) {}

  Loaded load() throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    KeyStore own = load(keyStore, keyPassword);
    if (!hasKey(own)) {
      throw new FileFormatException(keyStore + " has no private key");
    }
    keys.init(own, keyPassword.toCharArray());
    // without a trust store no client certificate is accepted, not even of authorities that Java
    // trusts
    Authorities authorities =
        Authorities.of(trustStore == null ? empty() : load(trustStore, trustPassword));
    return new Loaded(
        new TlsKeys((X509KeyManager) keys.getKeyManagers()[0], authorities.trust()), authorities);
  }

  private static KeyStore load(Path file, String password)
      throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(file.toFile(), password.toCharArray());
  }

  private static boolean hasKey(KeyStore store) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        return true;
      }
    }
    return false;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore empty = KeyStore.getInstance(KeyStore.getDefaultType());
    empty.load(null, null);
    return empty;
  }

  /** Not the passwords: this may come into a log. */
  @Override
  public String toString() {
    return "TlsIdentity" + files();
  }
}
