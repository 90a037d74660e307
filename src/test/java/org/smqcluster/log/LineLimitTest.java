package org.smqcluster.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineLimitTest {

  private long now = Long.MAX_VALUE - 5;

  private LineLimit limit(int burst, Duration refill) {
    return new LineLimit(burst, refill, () -> now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void aMinuteHasOneLineOfAKindAndTheNextCountsTheOthers() {
    LineLimit limit = limit(1, Duration.ofMinutes(1));
    long before = LineLimit.heldBack();
    assertEquals(OptionalLong.of(0), limit.admit("a"));
    assertEquals(OptionalLong.of(0), limit.admit("b"));
    for (int i = 0; i < 1000; i++) {
      assertEquals(OptionalLong.empty(), limit.admit("a"));
      pass(Duration.ofMillis(59));
    }
    assertEquals(1000, LineLimit.heldBack() - before);

    pass(Duration.ofSeconds(1));

    assertEquals(OptionalLong.of(1000), limit.admit("a"));
    assertEquals(OptionalLong.empty(), limit.admit("a"));
    assertEquals(OptionalLong.of(0), limit.admit("b"));
  }

  @Test
  void aBurstIsAllowedOnceAndThenFillsUpAgain() {
    LineLimit limit = limit(3, Duration.ofSeconds(20));
    assertEquals(3, admitted(limit, 10));
    pass(Duration.ofSeconds(20));
    assertEquals(1, admitted(limit, 10));
    pass(Duration.ofHours(1));
    assertEquals(3, admitted(limit, 10));
  }

  private static long admitted(LineLimit limit, int lines) {
    return IntStream.range(0, lines).filter(i -> limit.admit("a").isPresent()).count();
  }

  @Test
  void aFloodOfKindsForgetsThoseThatAreQuiet() {
    LineLimit limit = limit(1, Duration.ofMinutes(1));
    limit.admit("quiet");
    limit.admit("busy");
    IntStream.range(0, 999)
        .forEach(
            i -> {
              limit.admit(i);
              limit.admit("busy");
            });
    assertEquals(OptionalLong.empty(), limit.admit("busy"));
    assertEquals(OptionalLong.of(0), limit.admit("quiet"));
  }
}
