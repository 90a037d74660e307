package org.smqcluster.admin.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.led.Device;
import org.smqcluster.led.DeviceAmount;
import org.smqcluster.led.DeviceChange;
import org.smqcluster.led.DeviceRegistry;

class DeviceSearchTest {

  private static final Page FIRST = Page.of("name", 0, 2);

  /** Devices as a registry knows them; those with an odd ETID are online. */
  private static final class Known extends DeviceRegistry {

    private final List<Device> devices = new ArrayList<>();

    Known with(String uid, String name, int etid, long lastSeen) {
      devices.add(
          new Device(
              uid,
              etid,
              "node1",
              "",
              "10.0.0." + etid,
              name,
              List.of(),
              OptionalInt.empty(),
              lastSeen));
      return this;
    }

    @Override
    public Collection<Device> known() {
      return devices;
    }

    @Override
    public boolean isOnline(Device device) {
      return device.etid() % 2 == 1;
    }

    @Override
    public DeviceAmount use() {
      return new DeviceAmount(devices.size(), 1);
    }

    @Override
    public DeviceAmount bound() {
      return new DeviceAmount(10, 1);
    }

    @Override
    public long count(DeviceChange change) {
      return 0;
    }
  }

  private final DeviceSearch search =
      new DeviceSearch(
          new Known()
              .with("u4", "Delta", 1, 10)
              .with("u3", "Charlie", 3, 20)
              .with("u2", "Bravo", 5, 30)
              .with("u1", "Alpha", 2, 40)
              .with("u0", "Zulu", 4, 50));

  private static List<String> names(Part<DeviceView> page) {
    return page.items().stream().map(DeviceView::devname).toList();
  }

  private List<String> forVisitors(boolean online, String text, int offset) {
    return search.findForVisitors(online, text, Page.of("", offset, 2)).items().stream()
        .map(DeviceView::devname)
        .toList();
  }

  @Test
  void pagesFollowEachOtherInTheWantedOrder() {
    assertEquals(List.of("Alpha", "Bravo"), names(search.find(null, null, FIRST)));
    assertEquals(
        List.of("Charlie", "Delta"), names(search.find(null, null, Page.of("name", 2, 2))));
    assertEquals(List.of("Zulu", "Alpha"), names(search.find(null, null, Page.of("-heard", 0, 2))));
    assertEquals(5, search.find(null, null, FIRST).total());
  }

  @Test
  void devicesAreFoundByStateAndText() {
    assertEquals(List.of("Alpha", "Zulu"), names(search.find(false, null, FIRST)));
    assertEquals(List.of("Charlie"), names(search.find(true, "CHAR", FIRST)));
    assertEquals(List.of("Charlie"), names(search.find(null, "u3", FIRST)));
    assertEquals(List.of("Delta"), names(search.find(null, "10.0.0.1", FIRST)));
  }

  @Test
  void visitorsFindThoseOnlineByNameAndThoseOfflineTheLastHeardFirst() {
    assertEquals(List.of("Bravo", "Charlie"), forVisitors(true, null, 0));
    assertEquals(List.of("Delta"), forVisitors(true, null, 2));
    assertEquals(List.of("Zulu", "Alpha"), forVisitors(false, null, 0));
  }

  @Test
  void visitorsFindADeviceByItsKeyAndNotByItsUid() {
    assertEquals(List.of("Charlie"), forVisitors(true, DeviceView.key("u3"), 0));
    assertEquals(List.of(), forVisitors(true, "u3", 0));
  }

  @Test
  void visitorsGetNoUid() {
    assertTrue(
        search.findForVisitors(true, null, FIRST).items().stream()
            .allMatch(device -> device.uid() == null && !device.key().isEmpty()));
    assertEquals("u3", search.find(null, "u3", FIRST).items().get(0).uid());
  }
}
