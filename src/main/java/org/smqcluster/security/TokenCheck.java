package org.smqcluster.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.smqcluster.config.JwtKeys;
import org.smqcluster.config.Settings;

/**
 * Decides whether a token is good: signed by one of the issuer's keys with an algorithm of public
 * keys, for this audience, and not over. Nimbus JOSE + JWT does the work. Thread-safe.
 */
final class TokenCheck {

  /** Public-key algorithms only: with HMAC, the public key could pass for the secret. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  /** Keys that are tried for a token that does not say which signed it. */
  private static final int MAX_KEYS = 8;

  private static final int CLOCK_SKEW_SECONDS = 30;
  private static final Pattern NAME = Pattern.compile("[^\\p{Cc}]{1,255}");

  /**
   * What a good token says.
   *
   * @param rules what its client may do with topics; empty if the token does not decide it
   */
  record Accepted(String user, Instant until, Optional<Acl> rules) {}

  private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();
  private final DefaultJWTClaimsVerifier<?> claimsVerifier;
  private final String userClaim;
  private final String topicsClaim;

  static TokenCheck of(Settings settings) {
    return new TokenCheck(
        settings.get(JwtKeys.ISSUER),
        settings.get(JwtKeys.AUDIENCE),
        settings.get(JwtKeys.USER_CLAIM),
        settings.get(JwtKeys.TOPICS_CLAIM));
  }

  /**
   * @param topicsClaim may be empty: then tokens do not decide about topics
   */
  TokenCheck(String issuer, String audience, String userClaim, String topicsClaim) {
    this.userClaim = userClaim;
    this.topicsClaim = topicsClaim;
    claimsVerifier =
        new DefaultJWTClaimsVerifier<>(
            audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp", userClaim));
    claimsVerifier.setMaxClockSkew(CLOCK_SKEW_SECONDS);
  }

  /** The keys that may have signed a token with this header. */
  static List<JWK> keys(JWSHeader header, JWKSet set) {
    return ALGORITHMS.contains(header.getAlgorithm())
        ? new JWKSelector(JWKMatcher.forJWSHeader(header))
            .select(set).stream().limit(MAX_KEYS).toList()
        : List.of();
  }

  static boolean isAllowed(JWSAlgorithm algorithm) {
    return ALGORITHMS.contains(algorithm);
  }

  /** Checks a token; the message of the exception is for the client. */
  Accepted check(SignedJWT token, List<JWK> keys) throws BadJOSEException {
    try {
      if (!isSigned(token, keys)) {
        throw new BadJWTException("token is not signed by a key of its issuer");
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      claimsVerifier.verify(claims, null);
      Date end = claims.getExpirationTime();
      if (end == null || !new Date().before(end)) {
        throw new BadJWTException("token is over");
      }
      String user = claims.getStringClaim(userClaim);
      if (user == null || !NAME.matcher(user).matches()) {
        throw new BadJWTException("claim " + userClaim + " names no user");
      }
      return new Accepted(user, end.toInstant(), rules(claims));
    } catch (ParseException | JOSEException | FileFormatException e) {
      throw new BadJWTException("token cannot be read", e);
    }
  }

  private boolean isSigned(SignedJWT token, List<JWK> keys) throws JOSEException {
    for (JWK key : keys) {
      var publicKey = ((AsymmetricJWK) key).toPublicKey();
      if (token.verify(verifiers.createJWSVerifier(token.getHeader(), publicKey))) {
        return true;
      }
    }
    return false;
  }

  private Optional<Acl> rules(JWTClaimsSet claims)
      throws ParseException, FileFormatException, BadJWTException {
    if (topicsClaim.isEmpty()) {
      return Optional.empty();
    }
    List<String> given = claims.getStringListClaim(topicsClaim);
    List<String> lines = new ArrayList<>();
    for (String each : given == null ? List.<String>of() : given) {
      String rule = String.valueOf(each);
      int colon = rule.indexOf(':');
      String pattern = rule.substring(colon + 1);
      String actions = rule.substring(0, Math.max(0, colon));
      if (!actions.matches("[a-z,*]+")
          || pattern.isEmpty()
          || pattern.matches("(?s).*[\"\\n\\r].*")) {
        throw new BadJWTException(
            "claim " + topicsClaim + " has a rule that is not ACTIONS:PATTERN");
      }
      lines.add("allow * " + actions + " \"" + pattern + "\"");
    }
    return Optional.of(Acl.parse(lines));
  }
}
