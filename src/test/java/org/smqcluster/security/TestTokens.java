package org.smqcluster.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.smqcluster.config.Settings;

/** What an issuer of tokens does. */
final class TestTokens {

  static final String ISSUER = "https://login.example";

  private TestTokens() {}

  static Map<String, String> properties(String keys) {
    return Map.of(
        "smq.auth.jwt.keys", keys,
        "smq.auth.jwt.issuer", ISSUER,
        "smq.auth.jwt.audience", "smq");
  }

  static Settings settings(Map<String, String> values) {
    return Settings.read(values.keySet(), key -> Optional.ofNullable(values.get(key)));
  }

  static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the issuer publishes. */
  static String jwks(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true);
  }

  /** Claims of a good token of this user. */
  static JWTClaimsSet.Builder claims(String user, Duration life) {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience("smq")
        .subject(user)
        .expirationTime(Date.from(Instant.now().plus(life)));
  }

  static JWTClaimsSet.Builder claims(String user) {
    return claims(user, Duration.ofMinutes(5));
  }

  static String sign(JWSAlgorithm algorithm, JWK key, JWTClaimsSet.Builder claims) {
    JWSHeader header =
        new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID()).build();
    return sign(header, key, claims);
  }

  static String sign(JWSHeader header, JWK key, JWTClaimsSet.Builder claims) {
    try {
      SignedJWT token = new SignedJWT(header, claims.build());
      token.sign(new DefaultJWSSignerFactory().createJWSSigner(key, header.getAlgorithm()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
