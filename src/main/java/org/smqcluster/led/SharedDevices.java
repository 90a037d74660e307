package org.smqcluster.led;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Optional;
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

  private final DeviceUse use = new DeviceUse();
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
    devices.watch((uid, before, now) -> use.replaced(before.orElse(null), now.orElse(null)));
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

  /** The memory that devices take, in all and by network. */
  public DeviceUse use() {
    return use;
  }

  /** Adds a watcher: told the UID of a device that changes, on any node; it must not block. */
  public void watch(Consumer<String> watcher) {
    devices.watch((uid, before, now) -> watcher.accept(uid));
  }
}
