package org.smqcluster.security;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Makes lines for the users file: {@code java -cp target/classes org.smqcluster.security.UserTool}.
 * A password is asked for without being shown, or read as the first line of the input.
 */
public final class UserTool {

  private static final String USAGE =
      """
      password NAME                    a user with a password
      key NAME                         a user with a random key for challenges
      derive NAME                      a user with a key for challenges, made of a password
      answer NAME KEY SEED ADDRESS     the credentials that a challenge asks for
                                       (KEY in hexadecimal, SEED as 0x01020304 or decimal)
      """;

  private UserTool() {}

  /** Prints a line for the users file, or says how it is used and ends with status 2. */
  public static void main(String[] args) throws IOException {
    String line = line(args);
    if (line == null) {
      System.err.print(USAGE);
      System.exit(2);
    }
    System.out.println(line);
  }

  private static String line(String[] args) throws IOException {
    String command = args.length > 1 && Users.isName(args[1]) ? args[0] + args.length : "";
    return switch (command) {
      case "password2" -> {
        String password = password();
        byte[] salt = random(UserKey.Password.SALT_BYTES);
        yield line(
            args[1], UserKey.Password.of(password, salt, UserKey.Password.DEFAULT_ITERATIONS));
      }
      case "key2" -> line(args[1], UserKey.Challenge.of(random(UserKey.Challenge.KEY_BYTES)));
      case "derive2" -> line(args[1], UserKey.Challenge.ofPassword(args[1], password()));
      case "answer5" -> {
        int seed = Long.decode(args[3]).intValue();
        byte[] answer = new UserKey.Challenge(args[2]).answer(seed, args[4]);
        yield args[1] + ":" + HexFormat.of().formatHex(answer);
      }
      default -> null;
    };
  }

  private static String line(String name, UserKey key) {
    return name + ":" + key.text();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  private static String password() throws IOException {
    Console console = System.console();
    if (console == null) {
      String first =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return usable(first == null ? "" : first);
    }
    char[] once = console.readPassword("Password: ");
    char[] again = console.readPassword("Again: ");
    if (!Arrays.equals(once, again)) {
      throw new IOException("the two are not the same");
    }
    return usable(new String(once));
  }

  private static String usable(String password) throws IOException {
    if (password.isEmpty()) {
      throw new IOException("a password has at least one character");
    }
    return password;
  }
}
