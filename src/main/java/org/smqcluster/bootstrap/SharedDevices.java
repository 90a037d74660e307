package org.smqcluster.bootstrap;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.smqcluster.cluster.SharedRecords;
import org.smqcluster.cluster.SharedRecords.Versioned;
import org.smqcluster.led.Device;
import org.smqcluster.led.DeviceJson;
import org.smqcluster.led.DeviceStore;
import org.smqcluster.led.DeviceUse;

/**
 * Keeps devices in the replicated cache, as JSON: nodes of neighbouring versions can read each
 * other's. Decoded once, when a record changes. Thread-safe.
 */
final class SharedDevices implements DeviceStore {

  private final SharedRecords records;
  private final Map<String, Device> devices = new ConcurrentHashMap<>();
  private final DeviceUse use = new DeviceUse();

  SharedDevices(SharedRecords records) {
    this.records = records;
    records.watch(this::changed);
  }

  private void changed(String uid, byte[] record) {
    if (record == null) {
      devices.computeIfPresent(uid, (key, held) -> kept(held, null));
    } else {
      Device told = DeviceJson.decode(record);
      devices.compute(uid, (key, held) -> kept(held, held == null ? told : later(held, told)));
    }
  }

  /** Counts a change while the map's bin is locked, so that each device's changes are in order. */
  private Device kept(Device held, Device now) {
    use.replaced(held, now);
    return now;
  }

  /** What comes back from the cache may be older than what this node has learnt since. */
  static Device later(Device held, Device told) {
    return told.lastSeen() < held.lastSeen() ? held : told;
  }

  /** The time tells which of two is the later one, so no two have the same. */
  static Device next(Device held, Device heard) {
    return heard.lastSeen() <= held.lastSeen() ? heard.heardAt(held.lastSeen() + 1) : heard;
  }

  @Override
  public void put(Device device) {
    // at once, so that the next message of the device finds it
    devices.compute(
        device.uid(), (uid, held) -> kept(held, held == null ? device : next(held, device)));
    records.put(device.uid(), () -> latest(device.uid()));
  }

  /** Asked only when the record is written, however fast a device talks. */
  private Versioned latest(String uid) {
    Device device = devices.get(uid);
    return device == null ? null : new Versioned(device.lastSeen(), DeviceJson.encode(device));
  }

  @Override
  public void remove(Device device) {
    Device heardSince =
        devices.computeIfPresent(
            device.uid(),
            (uid, held) -> held.lastSeen() > device.lastSeen() ? held : kept(held, null));
    if (heardSince == null) {
      records.remove(device.uid(), device.lastSeen());
    }
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
  public DeviceUse use() {
    return use;
  }
}
