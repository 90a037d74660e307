package org.smqcluster.led;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much the devices that are known take, in all and of each network. Thread-safe; each device's
 * changes must come one after the other.
 */
public final class DeviceUse {

  private static final String ALL = "all";

  private final Map<String, DeviceAmount> amounts = new ConcurrentHashMap<>();

  /** A device is kept instead of another, or of none; null is none. */
  public void replaced(Device old, Device now) {
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
      amounts.merge(network, more, DeviceUse::sum);
      amounts.merge(ALL, more, DeviceUse::sum);
    }
  }

  private static DeviceAmount sum(DeviceAmount held, DeviceAmount more) {
    DeviceAmount sum = held.plus(more);
    return sum.equals(DeviceAmount.NONE) ? null : sum;
  }

  /** What all devices take. */
  public DeviceAmount all() {
    return of(ALL);
  }

  /** What the devices of a network take. */
  public DeviceAmount of(String network) {
    return amounts.getOrDefault(network, DeviceAmount.NONE);
  }
}
