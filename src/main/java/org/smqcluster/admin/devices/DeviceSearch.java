package org.smqcluster.admin.devices;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.led.Device;
import org.smqcluster.led.DeviceRegistry;

/** Finds devices: looks at each once and keeps those of the wanted page. */
public record DeviceSearch(DeviceRegistry devices) {

  private static final Comparator<Device> BY_NAME = Comparator.comparing(Device::devname);
  private static final Comparator<Device> BY_TIME = Comparator.comparing(Device::lastSeen);
  private static final Map<String, Comparator<Device>> ORDERS =
      Map.of(
          "name", BY_NAME,
          "uid", Comparator.comparing(Device::uid),
          "node", Comparator.comparing(Device::node),
          "address", Comparator.comparing(Device::ipaddr),
          "heard", BY_TIME);

  /**
   * Finds devices for viewers.
   *
   * @param online whether they are connected; null for any
   * @param text a part of name, UID, address or node, in capitals or not; null for any
   * @throws ApiException if the page is to be sorted by what devices do not have
   */
  public Part<DeviceView> find(Boolean online, String text, Page page) {
    Part<Device> found =
        find(
            online, has(text).or(device -> contains(device.uid(), text)), page.order(ORDERS), page);
    return new Part<>(
        found.total(),
        found.items().stream()
            .map(device -> DeviceView.of(device, devices.isOnline(device), true))
            .toList());
  }

  /**
   * Finds devices for visitors: those online by name, those offline the last heard first.
   *
   * @param text a part of name, address or node, or all of the key; null for any
   */
  public Part<DeviceView> findForVisitors(boolean online, String text, Page page) {
    Part<Device> found =
        find(
            online,
            has(text).or(device -> DeviceView.key(device.uid()).equals(text)),
            online ? BY_NAME : BY_TIME.reversed(),
            page);
    return new Part<>(
        found.total(),
        found.items().stream().map(device -> DeviceView.of(device, online, false)).toList());
  }

  private Part<Device> find(
      Boolean online, Predicate<Device> wanted, Comparator<Device> order, Page page) {
    return page.of(
        devices.known().stream()
            .filter(wanted)
            .filter(device -> online == null || devices.isOnline(device) == online),
        order,
        Comparator.comparing(Device::uid));
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
