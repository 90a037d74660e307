package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {

  /**
   * The example's keys and answers are computed by other tools: see server-config/users.example.
   */
  @Test
  void theExampleHasTheUsersThatItsCommentsSay() throws Exception {
    Users users = Users.read(Path.of("server-config/users.example"));

    UserKey.Password alice = (UserKey.Password) users.key("alice");
    UserKey.Challenge device = (UserKey.Challenge) users.key("device-7");
    assertAll(
        () -> assertTrue(alice.matches("correct horse")),
        () -> assertFalse(alice.matches("correct horse ")),
        () ->
            assertEquals(
                "1841c0bf8e2449428fe35dfab7792cf19bfd8dacdee7455a3bc1836b0fc7de4d",
                HexFormat.of().formatHex(device.answer(0x01020304, "192.0.2.7"))),
        () -> assertEquals(users.key("bob"), UserKey.Challenge.ofPassword("bob", "tr0ub4dor")),
        () -> assertNull(users.key("carol")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "alice:plain:secret",
        ":hmac-sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "a b:hmac-sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "alice:hmac-sha256:00",
        "alice:pbkdf2-sha512:1:AAAAAAAAAAAAAAAAAAAAAA==:AAAA",
        "alice:pbkdf2-sha512:x:AAAAAAAAAAAAAAAAAAAAAA==:AAAA",
      })
  void aLineThatIsWrongIsRefusedWithItsNumberAndWithoutItsSecret(String line) {
    FileFormatException e =
        assertThrows(FileFormatException.class, () -> Users.parse(List.of("# users", line)));

    assertTrue(e.getMessage().startsWith("line 2: "), e.getMessage());
    assertFalse(e.getMessage().contains("secret"), e.getMessage());
  }

  @Test
  void aUserIsThereOnce() {
    String line = "a:hmac-sha256:" + "00".repeat(32);

    assertThrows(FileFormatException.class, () -> Users.parse(List.of(line, line)));
  }

  @Test
  void aKeyIsNotToldByItsText() {
    assertEquals("hmac-sha256", new UserKey.Challenge("00".repeat(32)).toString());
  }
}
