package org.smqcluster.security;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificate authorities that clients' certificates may come from. Two of them are equal if
 * they trust the same certificates. Immutable.
 */
record Authorities(X509TrustManager trust, Set<X509Certificate> certificates) {

  static final Authorities NONE = new Authorities(null, Set.of());

  static Authorities of(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    X509TrustManager trust = (X509TrustManager) factory.getTrustManagers()[0];
    return new Authorities(trust, Set.of(trust.getAcceptedIssuers()));
  }

  /**
   * Whether they stand for a client's certificate, now. Checks signatures: takes up to a
   * millisecond.
   *
   * @param chain the client's certificate first
   */
  boolean standFor(List<X509Certificate> chain) {
    if (certificates.isEmpty()) {
      return false;
    }
    try {
      trust.checkClientTrusted(
          chain.toArray(X509Certificate[]::new), chain.get(0).getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Authorities others && certificates.equals(others.certificates);
  }

  @Override
  public int hashCode() {
    return certificates.hashCode();
  }
}
