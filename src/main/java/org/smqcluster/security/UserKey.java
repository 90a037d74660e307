package org.smqcluster.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The credential of a user in the users file. Two are equal if they accept the same secret. */
sealed interface UserKey {

  /** The key as the users file has it, behind the user's name. */
  String text();

  /**
   * A password, of which only a salted hash is known. Checking one takes a large part of a second:
   * not for a transport's thread.
   *
   * @param iterations of PBKDF2
   * @param salt in base64
   * @param hash in base64
   */
  record Password(int iterations, String salt, String hash) implements UserKey {

    static final String SCHEME = "pbkdf2-sha512";
    static final int MIN_ITERATIONS = 10_000;
    static final int MAX_ITERATIONS = 10_000_000;
    static final int DEFAULT_ITERATIONS = 210_000;
    static final int SALT_BYTES = 16;
    static final int HASH_BYTES = 32;

    private static final String DIGEST = "SHA512";

    static Password of(String password, byte[] salt, int iterations) {
      Base64.Encoder base64 = Base64.getEncoder();
      return new Password(
          iterations,
          base64.encodeToString(salt),
          base64.encodeToString(pbkdf2(DIGEST, password, salt, iterations)));
    }

    /** Made without hashing, which would hold up the start of a node by a second or two. */
    static Password ofARandomSecret(int iterations) {
      Base64.Encoder base64 = Base64.getEncoder();
      return new Password(
          iterations,
          base64.encodeToString(new byte[SALT_BYTES]),
          base64.encodeToString(new byte[HASH_BYTES]));
    }

    boolean matches(String password) {
      Base64.Decoder base64 = Base64.getDecoder();
      return MessageDigest.isEqual(
          base64.decode(hash), pbkdf2(DIGEST, password, base64.decode(salt), iterations));
    }

    @Override
    public String text() {
      return SCHEME + ":" + iterations + ":" + salt + ":" + hash;
    }

    /** Not the hash: this may come into a log. */
    @Override
    public String toString() {
      return SCHEME;
    }
  }

  /**
   * A key that never crosses the wire: the client answers the broker's challenge with it.
   *
   * @param key 32 bytes in lower case hexadecimal
   */
  record Challenge(String key) implements UserKey {

    static final String SCHEME = "hmac-sha256";
    static final int KEY_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final String SALT_PREFIX = "smq:";

    /** A key that is derived from a password. */
    static Challenge ofPassword(String user, String password) {
      byte[] salt = (SALT_PREFIX + user).getBytes(StandardCharsets.UTF_8);
      return of(pbkdf2("SHA256", password, salt, Password.DEFAULT_ITERATIONS));
    }

    static Challenge of(byte[] key) {
      return new Challenge(HexFormat.of().formatHex(key));
    }

    /**
     * The answer to a challenge: HMAC-SHA-256 of the seed, as four bytes, and the address.
     *
     * @param seed of Init
     * @param address the client's, as Init has it
     */
    byte[] answer(int seed, String address) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(HexFormat.of().parseHex(key), ALGORITHM));
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
          mac.update((byte) (seed >>> shift));
        }
        return mac.doFinal(address.getBytes(StandardCharsets.US_ASCII));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has " + ALGORITHM, e);
      }
    }

    boolean matches(String hexAnswer, int seed, String address) {
      byte[] given;
      try {
        given = HexFormat.of().parseHex(hexAnswer);
      } catch (IllegalArgumentException e) {
        given = new byte[0];
      }
      return MessageDigest.isEqual(answer(seed, address), given);
    }

    @Override
    public String text() {
      return SCHEME + ":" + key;
    }

    /** Not the key: this may come into a log. */
    @Override
    public String toString() {
      return SCHEME;
    }
  }

  private static byte[] pbkdf2(String digest, String password, byte[] salt, int iterations) {
    PBEKeySpec spec =
        new PBEKeySpec(password.toCharArray(), salt, iterations, Password.HASH_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmac" + digest)
          .generateSecret(spec)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2", e);
    } finally {
      spec.clearPassword();
    }
  }
}
