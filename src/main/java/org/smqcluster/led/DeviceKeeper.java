package org.smqcluster.led;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.MemoryKeys;
import org.smqcluster.log.LimitedLog;

/**
 * Lets devices into the store while there is room, and forgets those that are offline for others or
 * when they are old. Thread-safe.
 */
final class DeviceKeeper {

  private static final LimitedLog LOG = new LimitedLog(DeviceKeeper.class);

  /** Time for which a network that has no room is refused without looking again. */
  private static final long REFUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final SharedDevices store;
  private final DeviceLimit limit;
  private final Predicate<Device> online;
  private final Map<DeviceChange, LongAdder> changes = new EnumMap<>(DeviceChange.class);
  private String refusedNetwork;
  private long refusedNanos;

  DeviceKeeper(SharedDevices store, DeviceLimit limit, Predicate<Device> online) {
    this.store = store;
    this.limit = limit;
    this.online = online;
    for (DeviceChange change : DeviceChange.values()) {
      changes.put(change, new LongAdder());
    }
  }

  /** Keeps the device, if there is room or it can be made. */
  synchronized void announced(Device device) {
    boolean known = store.get(device.uid()).isPresent();
    if (!known && isRefused(device.network())) {
      count(DeviceChange.REFUSED, 1);
      return;
    }
    Optional<List<Device>> gone = limit.toForgetFor(device, store, online);
    if (gone.isEmpty()) {
      refusedNetwork = device.network();
      refusedNanos = System.nanoTime();
      count(DeviceChange.REFUSED, 1);
      log(Level.WARNING, device.network());
      return;
    }
    gone.get().forEach(store::remove);
    store.put(device);
    if (!gone.get().isEmpty()) {
      count(DeviceChange.EVICTED, gone.get().size());
      log(Level.INFO, device.network());
    }
  }

  private boolean isRefused(String network) {
    return network.equals(refusedNetwork) && System.nanoTime() - refusedNanos < REFUSE_NANOS;
  }

  /** Forgets what is too old or, because other nodes let it in, too much. */
  synchronized void sweep() {
    List<Device> gone = limit.toForget(store, online, System.currentTimeMillis());
    gone.forEach(store::remove);
    count(DeviceChange.EXPIRED, gone.size());
  }

  /** A client may announce devices again and again. */
  private void log(Level level, String network) {
    LOG.log(
        level,
        "{0} devices take {1} bytes, all that {2}, {3} and {4} allow for {5}: since the start, {6}"
            + " that are offline were forgotten for others and {7} announcements refused",
        store.use().devices(),
        store.use().bytes(),
        ConfigKey.LIMIT_DEVICES.name(),
        MemoryKeys.DEVICES.name(),
        MemoryKeys.ADDRESS.name(),
        network.isEmpty() ? "this machine" : "network " + network,
        count(DeviceChange.EVICTED),
        count(DeviceChange.REFUSED));
  }

  void count(DeviceChange change, long times) {
    changes.get(change).add(times);
  }

  /** How often it happened on this node, since its start. */
  long count(DeviceChange change) {
    return changes.get(change).sum();
  }

  DeviceAmount bound() {
    return limit.most();
  }
}
