package org.smqcluster.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The certificates that their authority has revoked. The file is the operator's own, like the trust
 * store: its signature is not checked again. Immutable.
 */
record RevocationList(List<CRL> lists) {

  static final RevocationList NONE = new RevocationList(List.of());

  /** Reads revocation lists, one or more in a file, PEM or DER. */
  static RevocationList read(Path file) throws IOException, GeneralSecurityException {
    byte[] bytes = Files.readAllBytes(file);
    var lists =
        CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(bytes));
    if (lists.isEmpty()) {
      throw new FileFormatException("there is no certificate revocation list in it");
    }
    return new RevocationList(List.copyOf(lists));
  }

  boolean has(X509Certificate certificate) {
    return lists.stream().anyMatch(list -> list.isRevoked(certificate));
  }
}
