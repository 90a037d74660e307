package org.smqcluster.led;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.smqcluster.led.HeldDevices.device;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceLimitTest {

  private static final long MUCH = 1_000_000_000;
  private static final int OF_ONE = device("a-1", "a", 1, false).heapBytes();

  private final HeldDevices held = new HeldDevices();

  private static DeviceLimit limit(int devices) {
    return new DeviceLimit(new DeviceAmount(devices, MUCH), 50, 1000);
  }

  /** The UIDs of the devices that go for a new one; empty if it must not come. */
  private Optional<List<String>> goFor(String network, DeviceLimit limit) {
    return limit
        .toForgetFor(device("new", network, 100, true), held.store, HeldDevices::isOnline)
        .map(gone -> gone.stream().map(Device::uid).toList());
  }

  private static Optional<List<String>> goes(String... uids) {
    return Optional.of(List.of(uids));
  }

  @Test
  void whileThereIsRoomNoneGoes() {
    held.with("", 3, false);
    assertEquals(goes(), goFor("", limit(4)));
  }

  @Test
  void theOldestThatIsOfflineGoes() {
    held.store.put(device("on", "", 0, true));
    held.with("", 3, false);
    assertEquals(goes("-1"), goFor("", limit(4)));
  }

  @Test
  void noneThatIsOnlineGoesSoThatAnotherIsRefused() {
    held.with("", 4, true);
    assertEquals(Optional.empty(), goFor("", limit(4)));
  }

  @Test
  void oneAddressGetsItsShareAndThenOnlyItsOwnGo() {
    held.with("b", 1, false).with("a", 4, false);
    assertEquals(goes("a-1"), goFor("a", limit(8)));
  }

  @Test
  void oneAddressGetsItsShareAlsoWithDevicesThatAreOnline() {
    held.with("b", 1, false).with("a", 4, true);
    assertEquals(Optional.empty(), goFor("a", limit(8)));
    assertEquals(goes(), goFor("b", limit(8)));
  }

  @Test
  void theAddressWithMostDevicesGivesWay() {
    held.with("few", 1, false).with("a", 4, false).with("b", 3, false);
    assertEquals(goes("a-1"), goFor("new", limit(8)));
  }

  @Test
  void anAddressPushesOutNoneOfAnAddressWithFewer() {
    held.with("few", 1, false).with("a", 2, false).with("b", 3, true).with("c", 2, true);
    assertEquals(Optional.empty(), goFor("c", limit(8)));
    assertEquals(goes("a-1"), goFor("few", limit(8)));
  }

  @Test
  void manyAddressesWithOneDeviceEachPushOutTheOldest() {
    for (int i = 1; i <= 8; i++) {
      held.store.put(device("d" + i, "n" + i, 9 - i, false));
    }
    assertEquals(goes("d8"), goFor("n9", limit(8)));
  }

  @Test
  void bytesCountAsTheNumberDoes() {
    held.with("", 8, false);
    DeviceLimit limit = new DeviceLimit(new DeviceAmount(1000, 8L * OF_ONE + 100), 50, 1000);
    assertEquals(goes("-1"), goFor("", limit).map(gone -> gone.subList(0, 1)));
  }

  @Test
  void aKnownDeviceThatDoesNotGrowNeedsNoRoom() {
    held.with("", 5, true);
    assertEquals(
        Optional.of(List.of()),
        limit(4).toForgetFor(device("-1", "", 50, true), held.store, HeldDevices::isOnline));
  }

  @Test
  void ofALargeStoreSomeGoAtOnceBecauseTheSearchLooksAtAll() {
    held.with("", 300, false);
    assertEquals(4, goFor("", limit(300)).orElseThrow().size());
  }

  @Test
  void afterTheMergeOfASplitAllThatIsTooMuchGoes() {
    held.with("a", 5, false).with("b", 2, false);
    assertEquals(
        List.of("a-1", "a-2", "a-3"),
        limit(4).toForget(held.store, HeldDevices::isOnline, 10).stream()
            .map(Device::uid)
            .toList());
  }

  @Test
  void whatIsOfflineAndSilentForLongGoesAndWhatIsOnlineStays() {
    held.store.put(device("on", "", 1, true));
    held.store.put(device("old", "", 1, false));
    held.store.put(device("new", "", 500, false));
    assertEquals(
        List.of("old"),
        limit(4).toForget(held.store, HeldDevices::isOnline, 1002).stream()
            .map(Device::uid)
            .toList());
  }
}
