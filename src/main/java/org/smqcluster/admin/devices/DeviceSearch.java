package org.smqcluster.admin.devices;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.TopK;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.led.Device;
import org.smqcluster.led.DeviceChange;
import org.smqcluster.led.DeviceRegistry;

/** Finds devices: looks at each once and keeps those of the wanted page. */
public final class DeviceSearch {

  private static final Comparator<Device> BY_NAME = Comparator.comparing(Device::devname);
  private static final Comparator<Device> BY_TIME = Comparator.comparing(Device::lastSeen);
  private static final Map<String, Comparator<Device>> ORDERS =
      Map.of(
          "name", BY_NAME,
          "uid", Comparator.comparing(Device::uid),
          "node", Comparator.comparing(Device::node),
          "address", Comparator.comparing(Device::ipaddr),
          "heard", BY_TIME);

  private final DeviceRegistry devices;

  public DeviceSearch(DeviceRegistry devices) {
    this.devices = devices;
  }

  private record Found(int total, List<Device> items) {}

  /**
   * Finds devices for viewers.
   *
   * @param online whether they are connected; null for any
   * @param text a part of name, UID, address or node, in capitals or not; null for any
   * @throws ApiException if the page is to be sorted by what devices do not have
   */
  public DevicePage find(Boolean online, String text, Page page) {
    Comparator<Device> order = ORDERS.get(page.sort());
    if (order == null) {
      throw ApiException.badRequest(
          "sort must be one of " + String.join(", ", ORDERS.keySet().stream().sorted().toList()));
    }
    Found found =
        find(
            online,
            has(text).or(device -> contains(device.uid(), text)),
            page.descending() ? order.reversed() : order,
            page);
    return new DevicePage(
        found.total(),
        new DevicePage.Use(
            devices.use().devices(),
            devices.bound().devices(),
            devices.use().bytes(),
            devices.bound().bytes(),
            devices.count(DeviceChange.EVICTED),
            devices.count(DeviceChange.REFUSED)),
        found.items().stream()
            .map(device -> DeviceView.of(device, devices.isOnline(device)))
            .toList());
  }

  /**
   * Finds devices for visitors: those online by name, those offline the last heard first.
   *
   * @param text a part of name, address or node, or all of the key; null for any
   */
  public VisitorDevicePage findForVisitors(boolean online, String text, Page page) {
    Found found =
        find(
            online,
            has(text).or(device -> DeviceView.key(device.uid()).equals(text)),
            online ? BY_NAME : BY_TIME.reversed(),
            page);
    return new VisitorDevicePage(
        found.total(),
        found.items().stream().map(device -> DeviceView.withoutUid(device, online)).toList());
  }

  private Found find(
      Boolean online, Predicate<Device> wanted, Comparator<Device> order, Page page) {
    // by UID after all else, so that pages do not overlap
    TopK<Device> kept = new TopK<>(page.end(), order.thenComparing(Device::uid));
    int total = 0;
    for (Device device : devices.known()) {
      if (wanted.test(device) && (online == null || devices.isOnline(device) == online)) {
        total++;
        kept.add(device);
      }
    }
    return new Found(total, kept.from(page.offset()));
  }

  private static Predicate<Device> has(String text) {
    return device ->
        contains(device.devname(), text)
            || contains(device.ipaddr(), text)
            || contains(device.node(), text);
  }

  private static boolean contains(String value, String part) {
    return part == null || value.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }
}
