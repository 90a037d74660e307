package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Token buckets of many parties. */
class RateLimitTest {

  private long nanos;
  private final RateLimit<Integer> limit = new RateLimit<>(1, 2, () -> nanos);

  @Test
  void aPartyHasItsBurstThenItsRate() {
    assertTrue(limit.take(1));
    assertTrue(limit.take(1));
    assertFalse(limit.take(1));
    assertTrue(limit.take(2));
    nanos += 1_000_000_000L;
    assertTrue(limit.take(1));
    assertTrue(limit.isExhausted(1));
  }

  @Test
  void ofTooManyPartiesTheOneNotSeenForLongestIsForgotten() {
    limit.take(-1);
    limit.take(-1);
    for (int party = 0; party < 19_999; party++) {
      limit.take(party);
    }
    assertTrue(limit.isExhausted(-1));
    for (int party = 20_000; party < 40_000; party++) {
      limit.take(party);
    }
    assertFalse(limit.isExhausted(-1));
  }
}
