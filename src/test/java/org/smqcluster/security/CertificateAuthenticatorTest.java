package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.config.SecurityKeys.CertificateName;
import org.smqcluster.protocol.ConnackCode;

/** Certificates are their own authorities here. */
class CertificateAuthenticatorTest {

  @TempDir private static Path directory;
  private static X509Certificate alice;
  private static X509Certificate bob;

  private Authorities authorities;

  @BeforeAll
  static void makeCertificates() throws Exception {
    alice = certificate("alice");
    bob = certificate("bob");
  }

  private static X509Certificate certificate(String name) throws Exception {
    KeyStore store = TestCertificates.selfSigned(directory, "CN=" + name, "dns:" + name);
    return (X509Certificate) store.getCertificate("own");
  }

  private static Authorities trusting(X509Certificate... certificates) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate certificate : certificates) {
      store.setCertificateEntry(certificate.getSubjectX500Principal().getName(), certificate);
    }
    return Authorities.of(store);
  }

  private Authentication login(X509Certificate certificate) {
    return new CertificateAuthenticator(
            CertificateName.CN, () -> RevocationList.NONE, () -> authorities)
        .authenticate(AccessTestClient.request("192.0.2.1", "", null, List.of(certificate)))
        .toCompletableFuture()
        .join();
  }

  @Test
  void aCertificateIsGoodAsLongAsItsAuthorityIsTrusted() throws Exception {
    authorities = trusting(alice, bob);
    Authentication authentication = login(alice);
    assertEquals(ConnackCode.ACCEPTED, authentication.code());
    assertEquals("alice", authentication.user().orElseThrow());
    RevocableCredential proof = (RevocableCredential) authentication.proof().orElseThrow();
    assertTrue(proof.holds());

    authorities = trusting(alice);
    assertTrue(proof.holds());

    authorities = trusting(bob);
    assertFalse(proof.holds());

    authorities = trusting();
    assertFalse(proof.holds());
  }

  @Test
  void aClientWhoseAuthorityIsRemovedBetweenHandshakeAndLoginIsRefused() throws Exception {
    authorities = trusting(bob);

    assertEquals(ConnackCode.CERTIFICATE_NOT_ACCEPTED, login(alice).code());
  }
}
