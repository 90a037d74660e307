package org.smqcluster.led;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.smqcluster.api.SharedMap;
import org.smqcluster.api.SharedState;

/** Keeps devices in a map that all nodes share. {@link DeviceLimit} bounds them. */
@ApplicationScoped
public class SharedDevices implements DeviceStore {

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

  @Override
  public void put(Device device) {
    devices.put(device.uid(), device);
  }

  @Override
  public void remove(Device device) {
    devices.remove(device.uid(), device);
  }

  @Override
  public Optional<Device> get(String uid) {
    return devices.get(uid);
  }

  @Override
  public Collection<Device> all() {
    return devices.values();
  }

  @Override
  public DeviceUse use() {
    return use;
  }

  @Override
  public void watch(Consumer<String> watcher) {
    devices.watch((uid, before, now) -> watcher.accept(uid));
  }
}
