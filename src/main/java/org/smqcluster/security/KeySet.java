package org.smqcluster.security;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The public keys of the issuer of tokens. Any thread. */
interface KeySet extends AutoCloseable {

  JWKSet NONE = new JWKSet();

  /** The newest that is known; {@link #NONE} if there is none yet. */
  JWKSet current();

  /** Completes with a newer set, or with the current one if looking for one would be useless. */
  default CompletionStage<JWKSet> newer() {
    return CompletableFuture.completedStage(current());
  }

  /**
   * Looks for a newer set if it is time; does not wait. True if there is a newer one since the last
   * call.
   */
  default boolean poll() {
    return false;
  }

  @Override
  default void close() {}

  /**
   * Reads a JWKS. Keys of other kinds than RSA and elliptic curves are left out: a shared secret in
   * it would let its readers make tokens.
   *
   * @throws IOException if it is none, or has no key that can be used
   */
  static JWKSet parse(String text) throws IOException {
    try {
      List<JWK> keys =
          JWKSet.parse(object(text)).toPublicJWKSet().getKeys().stream()
              .filter(key -> key.getKeyType() == KeyType.RSA || key.getKeyType() == KeyType.EC)
              .toList();
      if (keys.isEmpty()) {
        throw new FileFormatException("it holds no public key of type RSA or EC");
      }
      return new JWKSet(keys);
    } catch (ParseException e) {
      throw new FileFormatException("not a JWKS: " + e.getMessage());
    }
  }

  /** Reads a JSON object; {@code JSONObjectUtils.parse} returns null for the text {@code null}. */
  static Map<String, Object> object(String text) throws ParseException {
    Map<String, Object> object = JSONObjectUtils.parse(text);
    if (object == null) {
      throw new ParseException("not a JSON object", 0);
    }
    return object;
  }
}
