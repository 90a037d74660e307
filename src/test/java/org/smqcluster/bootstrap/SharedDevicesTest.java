package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.smqcluster.led.Device;

/** Which of two states of a device is the later one. */
class SharedDevicesTest {

  private static Device heardAt(long time) {
    return new Device("uid", 1, "node1", "", "127.0.0.1", "lamp", List.of(), null, time);
  }

  @Test
  void whatTheCacheTellsLateDoesNotUndoWhatWasLearntSince() {
    Device second = heardAt(1001);

    assertSame(second, SharedDevices.later(second, heardAt(1000)));
  }

  @Test
  void ofTwoChangesInOneMillisecondTheSecondIsTheLater() {
    Device first = heardAt(1000);
    Device second = SharedDevices.next(first, heardAt(1000));

    assertEquals(1001, second.lastSeen());
    assertSame(second, SharedDevices.later(first, second));
  }

  @Test
  void aNodeWhoseClockIsBehindCanStillTell() {
    assertEquals(5001, SharedDevices.next(heardAt(5000), heardAt(1000)).lastSeen());
  }
}
