package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.ConnackCode;

class PasswordAuthenticatorTest {

  private static final String STRANGER = "198.51.100.1";
  private static final String NEIGHBOUR = "203.0.113.2";
  private static final int FAILURES = 3;

  /** A clock of which nothing that is used up comes back. */
  private static final LongSupplier NO_TIME = () -> 0;

  /** Wrong passwords for one user after which all addresses are refused. */
  private static final int MANY = FAILURES * LoginThrottle.NETWORKS;

  private static final UserKey.Password PASSWORD =
      UserKey.Password.of("correct", new byte[16], UserKey.Password.MIN_ITERATIONS);
  private static final UserKey.Challenge KEY = new UserKey.Challenge("07".repeat(32));

  @TempDir private Path directory;
  private static final int THREADS = 2;

  private final CountedPasswords counted = new CountedPasswords();
  private final PasswordChecks passwords = new PasswordChecks(THREADS, 200, counted);
  private Path file;
  private WatchedFile<Users> users;
  private PasswordAuthenticator login;

  @BeforeEach
  void users() throws IOException {
    file = directory.resolve("users");
    Files.writeString(file, "alice:" + PASSWORD.text() + "\ndevice:" + KEY.text() + "\n");
    users = WatchedFile.open("smq.any", List.of(file), () -> Users.read(file));
    login =
        new PasswordAuthenticator(users, passwords, new LoginThrottle(FAILURES, NO_TIME), false);
  }

  @AfterEach
  void close() {
    passwords.close();
  }

  private Authentication login(String address, String credentials) throws Exception {
    return login
        .authenticate(AccessTestClient.request(address, credentials))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static String answer(String address) {
    return "device:" + HexFormat.of().formatHex(KEY.answer(AccessTestClient.SEED, address));
  }

  @Test
  void aPasswordLetsItsUserIn() throws Exception {
    Authentication result = login(STRANGER, "alice:correct");

    assertEquals(ConnackCode.ACCEPTED, result.code());
    assertEquals("alice", result.user().orElseThrow());
  }

  @Test
  void anAnswerToTheChallengeLetsItsUserIn() throws Exception {
    assertEquals("device", login(STRANGER, answer(STRANGER)).user().orElseThrow());
  }

  @Test
  void anAnswerForAnotherAddressIsWrong() throws Exception {
    assertEquals(ConnackCode.BAD_CREDENTIALS, login(STRANGER, answer(NEIGHBOUR)).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice",
        "alice:",
        "alice:wrong",
        "alice:correct ",
        ":correct",
        "bob:correct",
        "device:",
        "device:correct",
        "device:00",
        "\u0000:x",
        "alice:correct:correct"
      })
  void everythingElseIsRefused(String credentials) throws Exception {
    assertEquals(ConnackCode.BAD_CREDENTIALS, login(STRANGER, credentials).code());
  }

  @Test
  void anAddressThatGuessesTooOftenIsRefusedUnchecked() throws Exception {
    for (int i = 0; i < FAILURES; i++) {
      assertEquals(ConnackCode.BAD_CREDENTIALS, login(STRANGER, "user" + i + ":guess").code());
    }

    assertEquals(ConnackCode.UNAVAILABLE, login(STRANGER, "alice:correct").code());
    assertEquals(ConnackCode.ACCEPTED, login(NEIGHBOUR, "alice:correct").code());
  }

  @Test
  void ofManyGuessesAtOnceFewAreChecked() throws Exception {
    List<CompletableFuture<Authentication>> all =
        IntStream.range(0, 50)
            .mapToObj(i -> AccessTestClient.request(STRANGER, "alice:guess" + i))
            .map(request -> login.authenticate(request).toCompletableFuture())
            .toList();

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    assertTrue(counted.checked() <= FAILURES + THREADS, "checked " + counted.checked());
    assertTrue(all.stream().anyMatch(each -> each.join().code() == ConnackCode.UNAVAILABLE));
  }

  @Test
  void guessesOfAUsersPasswordFromManyAddressesAreRefusedUnchecked() throws Exception {
    for (int i = 0; i < MANY; i++) {
      login("198.51.100." + (10 + i), "alice:guess");
    }

    assertEquals(ConnackCode.UNAVAILABLE, login("198.51.100.99", "alice:correct").code());
  }

  @Test
  void noSingleAddressLocksOutAUserThatNeverSignedInBefore() throws Exception {
    for (int i = 0; i < MANY; i++) {
      login(STRANGER, "alice:guess");
    }

    assertEquals(ConnackCode.UNAVAILABLE, login(STRANGER, "alice:correct").code());
    assertEquals(ConnackCode.ACCEPTED, login(NEIGHBOUR, "alice:correct").code());
  }

  @Test
  void guessersCannotLockOutAUserThatSignedInBefore() throws Exception {
    login(NEIGHBOUR, "alice:correct");
    for (int i = 0; i < MANY; i++) {
      login("198.51.100." + (10 + i), "alice:guess");
      login(NEIGHBOUR, "nobody" + i + ":guess");
    }

    assertEquals(ConnackCode.ACCEPTED, login(NEIGHBOUR, "alice:correct").code());
  }

  @Test
  void loopbackIsNotThrottled() throws Exception {
    for (int i = 0; i <= FAILURES; i++) {
      assertEquals(ConnackCode.BAD_CREDENTIALS, login("127.0.0.1", "alice:guess").code());
    }
  }

  @Test
  void anUnknownNameIsCheckedAsLongAsAKnownOne() throws Exception {
    Files.writeString(file, "alice:" + PASSWORD.text() + "\n");
    users.poll();

    login("127.0.0.1", "bob:guess");

    assertEquals(1, counted.checked());
  }

  @Test
  void aClientWhoseUserIsGoneIsEnded() throws Exception {
    PermissionEnforcer live = new PermissionEnforcer(TopicPolicy.PERMIT_ALL);
    AccessTestClient alice = new AccessTestClient("uid-1", login("127.0.0.1", "alice:correct"));
    AccessTestClient device =
        new AccessTestClient("uid-2", login("127.0.0.1", answer("127.0.0.1")));
    live.connected(alice);
    live.connected(device);

    Files.writeString(file, "device:" + KEY.text() + "\n");
    users.poll();
    live.recheckProofs();

    assertAll(
        () -> assertEquals(CloseReason.REVOKED, alice.closed),
        () -> assertEquals(null, device.closed));
  }

  @Test
  void aClientWhoseKeyChangedWhileItConnectedIsEndedAtOnce() throws Exception {
    Authentication before = login("127.0.0.1", answer("127.0.0.1"));
    Files.writeString(file, "device:" + new UserKey.Challenge("08".repeat(32)).text() + "\n");
    users.poll();
    AccessTestClient device = new AccessTestClient("uid-2", before);

    new PermissionEnforcer(TopicPolicy.PERMIT_ALL).connected(device);

    assertEquals(CloseReason.REVOKED, device.closed);
  }

  @Test
  void tooManyPasswordsAtOnceAreAskedToTryAgain() throws Exception {
    try (PasswordChecks few = new PasswordChecks(1, 1, counted)) {
      PasswordAuthenticator crowded =
          new PasswordAuthenticator(users, few, new LoginThrottle(FAILURES, NO_TIME), false);
      List<CompletableFuture<Authentication>> all =
          IntStream.range(0, 20)
              .mapToObj(i -> AccessTestClient.request("127.0.0.1", "alice:guess" + i))
              .map(request -> crowded.authenticate(request).toCompletableFuture())
              .toList();

      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
      assertTrue(all.stream().anyMatch(each -> each.join().code() == ConnackCode.UNAVAILABLE));
      assertTrue(all.stream().anyMatch(each -> each.join().code() == ConnackCode.BAD_CREDENTIALS));
    }
  }

  @Test
  void theProofDoesNotTellTheKey() throws Exception {
    Object proof = login("127.0.0.1", answer("127.0.0.1")).proof().orElseThrow();

    assertInstanceOf(RevocableCredential.class, proof);
    assertFalse(proof.toString().contains("0707"), proof.toString());
  }
}
