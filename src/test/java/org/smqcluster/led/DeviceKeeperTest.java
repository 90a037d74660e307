package org.smqcluster.led;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.led.HeldDevices.device;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceKeeperTest {

  private final HeldDevices held = new HeldDevices();
  private final DeviceKeeper keeper =
      new DeviceKeeper(
          held.store,
          new DeviceLimit(new DeviceAmount(4, 1_000_000), 50, 1000),
          HeldDevices::isOnline);

  @Test
  void whatIsForgottenAndRefusedIsCounted() {
    held.with("", 4, false);
    keeper.announced(device("new", "", 5, true));
    assertEquals(
        List.of("-2", "-3", "-4", "new"),
        held.store.all().stream().map(Device::uid).sorted().toList());
    assertEquals(1, keeper.count(DeviceChange.EVICTED));

    held.with("", 4, true);
    keeper.announced(device("another", "", 5, true));
    keeper.announced(device("another", "", 5, true));
    assertEquals(2, keeper.count(DeviceChange.REFUSED));
    assertTrue(held.store.get("another").isEmpty());
  }

  @Test
  void aNetworkWithoutRoomDoesNotBlockOthers() {
    held.with("a", 2, true);
    keeper.announced(device("more", "a", 5, true));
    keeper.announced(device("other", "b", 5, true));
    assertTrue(held.store.get("more").isEmpty());
    assertTrue(held.store.get("other").isPresent());
  }

  @Test
  void whatIsOldIsForgottenWithoutAnyAnnouncement() {
    held.with("", 2, false);
    keeper.sweep();
    assertEquals(0, held.store.all().size());
    assertEquals(2, keeper.count(DeviceChange.EXPIRED));
    assertEquals(DeviceAmount.NONE, held.store.use());
  }
}
