package org.smqcluster.security;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.ConnectRequest;
import org.smqcluster.config.SecurityKeys.CertificateName;
import org.smqcluster.protocol.ConnackCode;

/**
 * Lets in clients whose certificate the TLS handshake has verified, as the user that it names,
 * unless it is revoked or over, or its authority has been taken out of the trust store.
 * Thread-safe.
 *
 * @param where in a certificate the user's name is
 * @param revocations the newest at each call
 * @param authorities that the TLS handshake asks; the newest at each call
 */
record CertificateAuthenticator(
    CertificateName where, Supplier<RevocationList> revocations, Supplier<Authorities> authorities)
    implements Authenticator {

  private static final Authentication REQUIRED =
      Authentication.refused(ConnackCode.CERTIFICATE_REQUIRED, "client certificate required");

  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,255}");
  private static final int RFC822_NAME = 1;
  private static final int DNS_NAME = 2;
  private static final int URI_NAME = 6;

  /** A certificate that is accepted until it is revoked. */
  private final class CertificateProof implements RevocableCredential {

    private final List<X509Certificate> chain;

    /** The authorities that vouch for the chain: its signatures need no second check. */
    private volatile Authorities known;

    CertificateProof(List<X509Certificate> chain) {
      this.chain = chain;
    }

    @Override
    public boolean holds() {
      return problem() == null;
    }

    /** Why it is not good, or null. */
    String problem() {
      String problem = CertificateAuthenticator.problem(chain, revocations.get());
      if (problem != null) {
        return problem;
      }
      Authorities now = authorities.get();
      if (now != known && !now.equals(known) && !now.standFor(chain)) {
        return "client certificate of an authority that is not trusted any more";
      }
      known = now;
      return null;
    }
  }

  @Override
  public boolean appliesTo(ConnectRequest request) {
    return !request.connection().certificates().isEmpty();
  }

  @Override
  public CompletionStage<Authentication> authenticate(ConnectRequest request) {
    return CompletableFuture.completedStage(authenticate(request.connection().certificates()));
  }

  private Authentication authenticate(List<X509Certificate> chain) {
    if (chain.isEmpty()) {
      return REQUIRED;
    }
    CertificateProof proof = new CertificateProof(chain);
    String problem = proof.problem();
    String name = name(chain.get(0));
    if (problem == null && (name == null || !NAME.matcher(name).matches())) {
      problem = "client certificate names no user";
    }
    return problem == null
        ? Authentication.as(name, proof)
        : Authentication.refused(ConnackCode.CERTIFICATE_NOT_ACCEPTED, problem);
  }

  private static String problem(List<X509Certificate> chain, RevocationList revoked) {
    try {
      for (X509Certificate certificate : chain) {
        if (revoked.has(certificate)) {
          return "client certificate revoked";
        }
        certificate.checkValidity();
      }
      return null;
    } catch (CertificateException e) {
      return "client certificate not valid now";
    }
  }

  private String name(X509Certificate certificate) {
    return switch (where) {
      case CN -> commonName(certificate);
      case SAN_DNS -> alternativeName(certificate, DNS_NAME);
      case SAN_EMAIL -> alternativeName(certificate, RFC822_NAME);
      case SAN_URI -> alternativeName(certificate, URI_NAME);
    };
  }

  private static String commonName(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              // the last is the one that is written first: the most specific
              .reduce((less, more) -> more)
              .orElse(null);
    } catch (InvalidNameException e) {
      return null;
    }
  }

  private static String alternativeName(X509Certificate certificate, int type) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? null
          : names.stream()
              .filter(name -> name.get(0).equals(type))
              .map(name -> name.get(1).toString())
              .findFirst()
              .orElse(null);
    } catch (CertificateParsingException e) {
      return null;
    }
  }
}
