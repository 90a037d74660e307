package org.smqcluster.led;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The devices of one node alone. */
final class HeldDevices implements DeviceStore {

  private final Map<String, Device> devices = new LinkedHashMap<>();
  private final DeviceUse use = new DeviceUse();

  /** A device without LEDs; {@code online} makes its ETID odd. */
  static Device device(String uid, String network, long lastSeen, boolean online) {
    return new Device(
        uid,
        online ? 1 : 2,
        "n",
        network,
        "127.0.0.1",
        "lamp",
        List.of(),
        OptionalInt.empty(),
        lastSeen);
  }

  static boolean isOnline(Device device) {
    return device.etid() == 1;
  }

  /** Puts devices of a network that were heard at 1, 2, 3... */
  HeldDevices with(String network, int count, boolean online) {
    IntStream.rangeClosed(1, count)
        .forEach(i -> put(device(network + "-" + i, network, i, online)));
    return this;
  }

  @Override
  public void put(Device device) {
    use.replaced(devices.put(device.uid(), device), device);
  }

  @Override
  public void remove(Device device) {
    use.replaced(devices.remove(device.uid()), null);
  }

  @Override
  public Optional<Device> get(String uid) {
    return Optional.ofNullable(devices.get(uid));
  }

  @Override
  public Collection<Device> all() {
    return devices.values();
  }

  @Override
  public void watch(Consumer<String> watcher) {
    throw new UnsupportedOperationException("no test needs it");
  }

  @Override
  public DeviceUse use() {
    return use;
  }
}
