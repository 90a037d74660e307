package org.smqcluster.led;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.smqcluster.api.SharedMap;
import org.smqcluster.api.SharedState;

/**
 * Where devices are kept: a map that all nodes share. Reading is local and fast; a change is seen
 * here at once and on the other nodes soon. Thread-safe; nothing blocks. {@link DeviceLimit} bounds
 * it.
 */
@ApplicationScoped
public class SharedDevices {

  private static final String ALL = "all";

  /** What devices take, by network and in all. */
  private final Map<String, DeviceAmount> use = new ConcurrentHashMap<>();

  private SharedMap<Device> devices;

  /** For the container's proxy. */
  protected SharedDevices() {}

  @Inject
  public SharedDevices(
      @SharedState(
              value = "devices",
              codec = DeviceJson.class,
              maxEntries = Integer.MAX_VALUE,
              maxBytes = Long.MAX_VALUE)
          SharedMap<Device> devices) {
    this.devices = devices;
    devices.watch((uid, before, now) -> replaced(before.orElse(null), now.orElse(null)));
  }

  /** A device is kept instead of another, or of none; null is none. */
  private void replaced(Device old, Device now) {
    if (old != null && now != null && old.network().equals(now.network())) {
      add(now.network(), DeviceAmount.of(now).minus(DeviceAmount.of(old)));
      return;
    }
    if (old != null) {
      add(old.network(), DeviceAmount.NONE.minus(DeviceAmount.of(old)));
    }
    if (now != null) {
      add(now.network(), DeviceAmount.of(now));
    }
  }

  private void add(String network, DeviceAmount more) {
    if (!more.equals(DeviceAmount.NONE)) {
      use.merge(network, more, SharedDevices::sum);
      use.merge(ALL, more, SharedDevices::sum);
    }
  }

  private static DeviceAmount sum(DeviceAmount held, DeviceAmount more) {
    DeviceAmount sum = held.plus(more);
    return sum.equals(DeviceAmount.NONE) ? null : sum;
  }

  /** Keeps a device under its UID. */
  public void put(Device device) {
    devices.put(device.uid(), device);
  }

  /** Forgets a device, unless it was heard again since. */
  public void remove(Device device) {
    devices.remove(device.uid(), device);
  }

  /** The device with this UID. */
  public Optional<Device> get(String uid) {
    return devices.get(uid);
  }

  /** All devices that are known, online or not. */
  public Collection<Device> all() {
    return devices.values();
  }

  /** What all devices take. */
  public DeviceAmount use() {
    return use(ALL);
  }

  /** What the devices of a network take. */
  public DeviceAmount use(String network) {
    return use.getOrDefault(network, DeviceAmount.NONE);
  }

  /** Adds a watcher: told the UID of a device that changes, on any node; it must not block. */
  public void watch(Consumer<String> watcher) {
    devices.watch((uid, before, now) -> watcher.accept(uid));
  }
}
