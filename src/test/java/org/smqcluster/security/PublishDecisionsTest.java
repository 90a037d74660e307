package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PublishDecisionsTest {

  @Test
  void everyDecisionIsRemembered() {
    PublishDecisions decisions = new PublishDecisions();
    Map<Integer, Boolean> expected = new HashMap<>();
    Random random = new Random(1);
    while (expected.size() < PublishDecisions.MAX_ENTRIES) {
      int key = 1 + random.nextInt(PublishDecisions.ANY_CLIENT);
      if (expected.putIfAbsent(key, key % 3 == 0) == null) {
        decisions.put(key, key % 3 == 0);
      }
    }

    expected.forEach(
        (key, allowed) ->
            assertEquals(
                allowed ? PublishDecisions.ALLOWED : PublishDecisions.DENIED, decisions.get(key)));
  }

  @Test
  void whatWasNotDecidedIsUnknown() {
    PublishDecisions decisions = new PublishDecisions();
    decisions.put(5, true);

    assertEquals(PublishDecisions.UNKNOWN, decisions.get(6));
    assertEquals(PublishDecisions.UNKNOWN, decisions.get(0));
    assertEquals(PublishDecisions.UNKNOWN, decisions.get(-5));
  }

  @Test
  void aClientOfTooManyTopicsMakesItBeginAnew() {
    PublishDecisions decisions = new PublishDecisions();
    for (int key = 1; key <= PublishDecisions.MAX_ENTRIES + 1; key++) {
      decisions.put(key, true);
    }

    assertEquals(PublishDecisions.UNKNOWN, decisions.get(1));
    assertEquals(PublishDecisions.ALLOWED, decisions.get(PublishDecisions.MAX_ENTRIES + 1));
  }
}
