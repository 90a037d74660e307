package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "/m2m/led,      /m2m/led,        true",
    "/m2m/led,      /m2m/led/x,      false",
    "/m2m/led,      /m2m/le,         false",
    "/m2m/*,        /m2m/led,        true",
    "/m2m/*,        /m2m/,           true",
    "/m2m/*,        /m2m/led/x,      false",
    "/m2m/**,       /m2m/led/x,      true",
    "**,            '',              true",
    "*,             a/b,             false",
    "**,            a/b,             true",
    "/*/temp,       /plant/temp,     true",
    "/*/temp,       /a/b/temp,       false",
    "/**/temp,      /a/b/temp,       true",
    "a*b*c,         aXbYc,           true",
    "a*b*c,         aXbY,            false",
    "a\\*b,         a*b,             true",
    "a\\*b,         aXb,             false",
    "a.c,           abc,             false",
  })
  void aPatternMatchesAName(String pattern, String name, boolean matches) {
    assertEquals(matches, Glob.of(pattern).matches(name));
  }

  @Test
  void whatAVariableStandsForIsNoPattern() {
    Glob glob = Glob.of("/home/{user}/*", Map.of("user", "**"));

    assertEquals(true, glob.matches("/home/**/x"));
    assertFalse(glob.matches("/home/alice/x"));
  }

  @Test
  void aBraceThatIsNoVariableIsABrace() {
    assertEquals(true, Glob.of("{x}", Map.of("user", "a")).matches("{x}"));
  }

  @Test
  void noNameMakesMatchingSlow() {
    Glob glob = Glob.of("**a**a**a**a**a**a**a**a**b");
    String name = "a".repeat(60_000);

    assertTimeout(Duration.ofSeconds(5), () -> assertFalse(glob.matches(name)));
  }
}
