package org.smqcluster.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The users file: one user a line, {@code name:scheme:...}, as server-config/users.example says.
 * Immutable.
 */
final class Users {

  static final String NAME_RULE = "1 to 100 characters, no colon, no white space, no leading #";

  private static final Pattern NAME = Pattern.compile("[^:#\\s\\p{Cntrl}][^:\\s\\p{Cntrl}]{0,99}");
  private static final Pattern CHALLENGE_KEY = Pattern.compile("[0-9A-Fa-f]{64}");
  private static final int PASSWORD_FIELDS = 5;
  private static final int CHALLENGE_FIELDS = 3;

  private final Map<String, UserKey> keys;
  private final List<UserKey> all;

  private Users(Map<String, UserKey> keys) {
    this.keys = keys;
    this.all = List.copyOf(keys.values());
  }

  static Users read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  static Users parse(List<String> lines) throws FileFormatException {
    Map<String, UserKey> keys = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split(":", -1);
      if (!isName(fields[0])) {
        throw new FileFormatException(i + 1, "the user's name must be " + NAME_RULE);
      }
      UserKey key = key(fields);
      if (key == null) {
        throw new FileFormatException(
            i + 1, "user " + fields[0] + " has no key that UserTool would have made");
      }
      if (keys.putIfAbsent(fields[0], key) != null) {
        throw new FileFormatException(i + 1, "user " + fields[0] + " is there twice");
      }
    }
    return new Users(keys);
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  private static UserKey key(String[] fields) {
    String scheme = fields.length > 1 ? fields[1] : "";
    if (scheme.equals(UserKey.Challenge.SCHEME) && fields.length == CHALLENGE_FIELDS) {
      String key = fields[2];
      return CHALLENGE_KEY.matcher(key).matches()
          ? new UserKey.Challenge(key.toLowerCase(Locale.ROOT))
          : null;
    }
    if (scheme.equals(UserKey.Password.SCHEME) && fields.length == PASSWORD_FIELDS) {
      return password(fields[2], fields[3], fields[4]);
    }
    return null;
  }

  private static UserKey password(String iterations, String salt, String hash) {
    try {
      var key = new UserKey.Password(Integer.parseInt(iterations), salt, hash);
      boolean valid =
          key.iterations() >= UserKey.Password.MIN_ITERATIONS
              && key.iterations() <= UserKey.Password.MAX_ITERATIONS
              && Base64.getDecoder().decode(salt).length >= UserKey.Password.SALT_BYTES
              && Base64.getDecoder().decode(hash).length == UserKey.Password.HASH_BYTES;
      return valid ? key : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The user's key, or null. */
  UserKey key(String name) {
    return keys.get(name);
  }

  List<UserKey> keys() {
    return all;
  }
}
