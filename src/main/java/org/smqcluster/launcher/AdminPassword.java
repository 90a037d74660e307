package org.smqcluster.launcher;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The administrator of one run, with a new random password. The nodes get its hash only.
 *
 * @param password the password in plain text, for the terminal
 */
record AdminPassword(String password) {

  static final String USER = "admin";

  private static final int ITERATIONS = 210_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;
  private static final int LENGTH = 14;

  /** Letters and digits that cannot be taken for each other. */
  private static final String CHARACTERS =
      "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  static AdminPassword random() {
    return new AdminPassword(
        new SecureRandom()
            .ints(LENGTH, 0, CHARACTERS.length())
            .mapToObj(i -> CHARACTERS.substring(i, i + 1))
            .collect(Collectors.joining()));
  }

  /** What the nodes are started with. */
  Map<String, String> settings() {
    return Map.of(
        "smq.admin.users",
        user(),
        "smq.admin.login.hint",
        "mvn -Pcluster prints user and password when the cluster is ready.");
  }

  private String user() {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, HASH_BITS);
    try {
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
      Base64.Encoder base64 = Base64.getEncoder();
      return "%s:operator:pbkdf2-sha512:%d:%s:%s"
          .formatted(USER, ITERATIONS, base64.encodeToString(salt), base64.encodeToString(hash));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2", e);
    }
  }
}
