package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PublishPermissionCacheTest {

  @Test
  void everyDecisionIsRemembered() {
    PublishPermissionCache decisions = new PublishPermissionCache();
    Map<Integer, Boolean> expected = new HashMap<>();
    Random random = new Random(1);
    while (expected.size() < PublishPermissionCache.MAX_ENTRIES) {
      int key = 1 + random.nextInt(PublishPermissionCache.ANY_CLIENT);
      if (expected.putIfAbsent(key, key % 3 == 0) == null) {
        decisions.put(key, key % 3 == 0);
      }
    }

    expected.forEach(
        (key, allowed) ->
            assertEquals(
                allowed ? PublishPermissionCache.ALLOWED : PublishPermissionCache.DENIED,
                decisions.get(key)));
  }

  @Test
  void whatWasNotDecidedIsUnknown() {
    PublishPermissionCache decisions = new PublishPermissionCache();
    decisions.put(5, true);

    assertEquals(PublishPermissionCache.UNKNOWN, decisions.get(6));
    assertEquals(PublishPermissionCache.UNKNOWN, decisions.get(0));
    assertEquals(PublishPermissionCache.UNKNOWN, decisions.get(-5));
  }

  @Test
  void aClientOfTooManyTopicsMakesItBeginAnew() {
    PublishPermissionCache decisions = new PublishPermissionCache();
    for (int key = 1; key <= PublishPermissionCache.MAX_ENTRIES + 1; key++) {
      decisions.put(key, true);
    }

    assertEquals(PublishPermissionCache.UNKNOWN, decisions.get(1));
    assertEquals(
        PublishPermissionCache.ALLOWED, decisions.get(PublishPermissionCache.MAX_ENTRIES + 1));
  }
}
