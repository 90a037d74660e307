package org.smqcluster.admin.alarms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.alarms.AlarmState.Subject;

class AlarmStateTest {

  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Subject MEMORY = new Subject(AlarmRule.MEMORY_FILLS, "node1", "names");
  private static final Subject DROPPED =
      new Subject(AlarmRule.MESSAGES_DROPPED, "node1", "outbox-full");

  private final AlarmState state = new AlarmState();

  private int alarmsAfter(int seconds, Subject subject, double value) {
    Instant now = START.plusSeconds(seconds);
    state.look(Map.of(subject, value), now);
    return state.alarms(now).size();
  }

  @Test
  void aValueThatIsTooHighForLongEnoughIsAnAlarmUntilItIsLowAgain() {
    assertEquals(0, alarmsAfter(0, MEMORY, 0.5));
    assertEquals(0, alarmsAfter(10, MEMORY, 0.9));
    assertEquals(0, alarmsAfter(69, MEMORY, 0.9));
    assertEquals(1, alarmsAfter(70, MEMORY, 0.95));
    Alarm alarm = state.alarms(START.plusSeconds(70)).iterator().next();
    assertEquals(START.plusSeconds(10), alarm.since());
    assertEquals(0.95, alarm.value());
    assertTrue(alarm.summary().startsWith("node1 will soon refuse"), alarm.summary());
    assertTrue(alarm.summary().endsWith(": names"), alarm.summary());
    assertEquals(0, alarmsAfter(75, MEMORY, 0.8));
    assertEquals(0, alarmsAfter(80, MEMORY, 0.9));
  }

  @Test
  void aCounterCountsByItsRiseWithinTheWindow() {
    int alarms = 0;
    // two a second: a rate above one from the start, for five minutes
    for (int t = 0; t <= 320; t += 5) {
      alarms = alarmsAfter(t, DROPPED, 1000 + 2 * t);
    }
    assertEquals(1, alarms);
    for (int t = 325; t <= 800; t += 5) {
      alarms = alarmsAfter(t, DROPPED, 1640);
    }
    assertEquals(0, alarms);
  }

  @Test
  void whatIsNotMeasuredAnyMoreIsNoAlarm() {
    Subject down = new Subject(AlarmRule.NODE_DOWN, "node2", "");
    alarmsAfter(0, down, 1);
    assertEquals(1, alarmsAfter(60, down, 1));
    state.look(Map.of(), START.plusSeconds(65));
    assertEquals(0, state.alarms(START.plusSeconds(65)).size());
  }
}
