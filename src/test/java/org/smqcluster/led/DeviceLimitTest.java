package org.smqcluster.led;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeviceLimitTest {

  private static List<Device> devices(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Device("uid" + i, i, "n", "127.0.0.1", "lamp", List.of(), null, 90 - i))
        .toList();
  }

  private static List<String> uids(List<Device> devices) {
    return devices.stream().map(Device::uid).toList();
  }

  @Test
  void thereIsRoomUpToTheLimit() {
    DeviceLimit limit = new DeviceLimit(4);
    assertFalse(limit.isReached(devices(3)));
    assertTrue(limit.isReached(devices(4)));
  }

  @Test
  void whoIsOfflineLongestIsForgotten() {
    DeviceLimit limit = new DeviceLimit(4);
    assertEquals(List.of("uid3"), uids(limit.surplus(devices(4), device -> false)));
    assertEquals(List.of("uid2"), uids(limit.surplus(devices(4), device -> device.etid() == 3)));
  }

  @Test
  void whoIsOnlineIsNeverForgotten() {
    assertEquals(List.of(), new DeviceLimit(4).surplus(devices(4), device -> true));
  }

  @Test
  void afterTheMergeOfASplitAllThatIsTooMuchGoes() {
    List<Device> both = devices(7);
    List<Device> surplus = new DeviceLimit(4).surplus(both, device -> false);
    assertEquals(List.of("uid6", "uid5", "uid4", "uid3"), uids(surplus));
  }

  @Test
  void aLargeStoreIsNotSearchedForEachNewDevice() {
    assertEquals(3, new DeviceLimit(300).surplus(devices(300), device -> false).size());
  }
}
