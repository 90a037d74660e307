package org.smqcluster.client.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How options are written. */
class ArgumentsTest {

  private static final List<Option> OPTIONS =
      List.of(
          Option.of('t', "topic", "NAME", "a topic"),
          Option.of('v', "verbose", null, "more"),
          Option.of("count", "COUNT", "how many"));

  private static Arguments parse(String... args) {
    return Arguments.parse(OPTIONS, List.of(args));
  }

  @Test
  void anOptionsValueMayFollowOrBeAttached() {
    Arguments arguments =
        parse("-t", "a", "-tb", "--topic", "c", "--topic=d=e", "word", "-v", "--count", "-1");
    assertEquals(List.of("a", "b", "c", "d=e"), arguments.all("topic"));
    assertEquals("d=e", arguments.get("topic", ""));
    assertEquals(List.of("word"), arguments.words());
    assertTrue(arguments.has("verbose"));
    assertEquals("-1", arguments.get("count", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "--nothing", "-t", "--topic", "--verbose=1", "-v1"})
  void whatIsNotUnderstoodIsRefused(String arg) {
    assertThrows(UsageException.class, () -> parse(arg));
  }

  @Test
  void numbersAndTimesAreChecked() {
    assertEquals(7, parse().integer("count", 7, 1, 10));
    assertEquals(3, parse("--count", "3").integer("count", 7, 1, 10));
    assertEquals(Duration.ofMillis(1500), parse("--count", "1.5").seconds("count", null));
    Arguments high = parse("--count", "11");
    assertThrows(UsageException.class, () -> high.integer("count", 7, 1, 10));
    Arguments text = parse("--count", "x");
    assertThrows(UsageException.class, () -> text.integer("count", 7, 1, 10));
    assertThrows(UsageException.class, () -> text.seconds("count", null));
    Arguments zero = parse("--count", "0");
    assertThrows(UsageException.class, () -> zero.seconds("count", null));
  }
}
