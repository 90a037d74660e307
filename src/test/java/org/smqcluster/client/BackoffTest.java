package org.smqcluster.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The waits between rounds of attempts. */
class BackoffTest {

  @RepeatedTest(50)
  void theWaitStartsShortThenDoublesUpToTheLongestCutByUpToHalf() {
    Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));
    assertWithin(0, 250, backoff.nextMillis());
    assertWithin(250, 500, backoff.nextMillis());
    assertWithin(500, 1000, backoff.nextMillis());
    assertWithin(1000, 2000, backoff.nextMillis());
    for (int i = 0; i < 100; i++) {
      backoff.nextMillis();
    }
    assertWithin(15_000, 30_000, backoff.nextMillis());
    backoff.reset();
    assertWithin(0, 250, backoff.nextMillis());
  }

  @Test
  void noTwoClientsWaitEquallyLong() {
    Set<Long> waits = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      waits.add(new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(10)).nextMillis());
    }
    assertTrue(waits.size() > 50);
  }

  private static void assertWithin(long from, long to, long actual) {
    assertTrue(from <= actual && actual <= to, actual + " is not within " + from + " to " + to);
  }
}
