package org.smqcluster.led;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Bounds how many devices are remembered: whoever connects may announce one, under any UID.
 *
 * @param most devices at a time
 */
record DeviceLimit(int most) {

  /** Of the limit, forgotten at a time: to look for the oldest costs a look at all. */
  private static final int SHARE = 100;

  /** Whether there is no room for another device. */
  boolean isReached(Collection<Device> known) {
    return known.size() >= most;
  }

  /** The devices to forget for another one: some of those that are offline, the oldest first. */
  List<Device> surplus(Collection<Device> known, Predicate<Device> online) {
    return known.stream()
        .filter(online.negate())
        .sorted(Comparator.comparingLong(Device::lastSeen))
        .limit(known.size() - most + Math.max(1, most / SHARE))
        .toList();
  }
}
