package org.smqcluster.admin.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionsTest {

  private Instant now = Instant.EPOCH;
  private final Sessions sessions =
      new Sessions(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  @Test
  void aTokenSaysWhoseItIsAndNothingElse() {
    String one = sessions.begin("node.1", "admin", Set.of("viewer"));
    String two = sessions.begin("node.1", "admin", Set.of("viewer"));
    assertNotEquals(one, two);
    assertEquals("node.1", Sessions.nodeOf(one));
    assertEquals("admin", sessions.find(one).orElseThrow().user());
    assertTrue(sessions.find("node.1.x").isEmpty());
    assertEquals("", Sessions.nodeOf("nonsense"));
    assertEquals("", Sessions.nodeOf("node.1.made-up"));
  }

  @Test
  void aSessionEndsByLogoutAndByItself() {
    String one = sessions.begin("node1", "admin", Set.of());
    String two = sessions.begin("node1", "admin", Set.of());
    sessions.end(one);
    assertTrue(sessions.find(one).isEmpty());
    assertTrue(sessions.find(two).isPresent());
    now = now.plus(Sessions.LIFE);
    assertTrue(sessions.find(two).isEmpty());
  }

  @Test
  void thereCannotBeAnyNumberOfSessions() {
    String first = sessions.begin("node1", "admin", Set.of());
    now = now.plusSeconds(1);
    for (int i = 0; i < Sessions.MAX_SESSIONS; i++) {
      sessions.begin("node1", "admin", Set.of());
    }
    assertTrue(sessions.find(first).isEmpty());
  }
}
