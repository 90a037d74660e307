package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.smqcluster.config.ConfigException;
import org.smqcluster.config.Settings;

class AdministratorsTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private static Settings users(String users) {
    Map<String, String> values = Map.of("smq.admin.users", users, "smq.limit.login.failures", "3");
    return Settings.read(values.keySet(), name -> Optional.ofNullable(values.get(name)));
  }

  private static String hash(String password) {
    return UserKey.Password.of(password, new byte[16], 10_000).text();
  }

  private static boolean check(Administrators all, String user, String password) throws Exception {
    return all.check(user, password, HERE).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void thereIsNoDefaultPassword() throws Exception {
    try (Administrators none = new Administrators(Settings.defaults())) {
      assertFalse(none.isConfigured());
      assertFalse(check(none, "admin", ""));
      assertFalse(check(none, "admin", "admin"));
    }
  }

  @Test
  void anOperatorMayWhatAViewerMay() throws Exception {
    Settings settings = users("eve:viewer:" + hash("one") + ", oz:operator:" + hash("two"));
    try (Administrators both = new Administrators(settings)) {
      assertTrue(both.isConfigured());
      assertTrue(check(both, "eve", "one"));
      assertFalse(check(both, "eve", "two"));
      assertEquals(Set.of("viewer"), both.roles("eve"));
      assertEquals(Set.of("viewer", "operator"), both.roles("oz"));
      assertEquals(Set.of(), both.roles("nobody"));
    }
  }

  @Test
  void guessingIsSlowedDown() throws Exception {
    try (Administrators one = new Administrators(users("oz:operator:" + hash("right")))) {
      for (String guess : List.of("a", "b", "c", "d")) {
        assertFalse(check(one, "oz", guess));
      }
      assertFalse(check(one, "oz", "right"));
    }
  }

  @Test
  void ofManyGuessesAtOnceFewAreChecked() throws Exception {
    CountedPasswords counted = new CountedPasswords();
    PasswordChecks checks = new PasswordChecks(1, 100, counted);
    try (Administrators one = new Administrators(users("oz:operator:" + hash("right")), checks)) {
      List<CompletableFuture<Boolean>> guesses =
          IntStream.range(0, 50)
              .mapToObj(i -> one.check("oz", "guess" + i, HERE).toCompletableFuture())
              .toList();

      CompletableFuture.allOf(guesses.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
      assertTrue(guesses.stream().noneMatch(CompletableFuture::join));
      // three may be wrong; one more may have begun while the third was being counted
      assertTrue(counted.checked() <= 4, "checked " + counted.checked());
    }
  }

  @Test
  void ofManyAttemptsAtOnceFewWait() throws Exception {
    try (Administrators one = new Administrators(users("oz:operator:" + hash("right")))) {
      List<CompletableFuture<Boolean>> attempts = new ArrayList<>();
      int mostWaiting = 0;
      for (int user = 0; user < 10 * Administrators.MAX_WAITING; user++) {
        attempts.add(one.check("user" + user, "guess", HERE).toCompletableFuture());
        mostWaiting =
            Math.max(mostWaiting, (int) attempts.stream().filter(each -> !each.isDone()).count());
      }
      int checked = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      assertTrue(mostWaiting <= Administrators.MAX_WAITING + checked, mostWaiting + " wait");
    }
  }

  @Test
  void withoutUsersNoHashIsComputed() {
    CountedPasswords counted = new CountedPasswords();
    PasswordChecks checks = new PasswordChecks(1, 100, counted);
    try (Administrators none = new Administrators(Settings.defaults(), checks)) {
      assertTrue(none.check("admin", "guess", HERE).toCompletableFuture().isDone());
      assertEquals(0, counted.checked());
    }
  }

  @Test
  void whatIsNoHashStopsTheStart() {
    assertThrows(ConfigException.class, () -> users("oz:operator:password"));
    assertThrows(ConfigException.class, () -> users("oz:king:" + hash("x")));
  }
}
