package org.smqcluster.led;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where devices are kept: a map that all nodes share. Reading is local and fast; a change is seen
 * here at once and on the other nodes soon. Thread-safe; nothing blocks.
 */
public interface DeviceStore {

  /** Keeps a device under its UID. */
  void put(Device device);

  /** Forgets a device, unless it was heard again since. */
  void remove(Device device);

  /** The device with this UID. */
  Optional<Device> get(String uid);

  /** All devices that are known, online or not. */
  Collection<Device> all();

  /** Adds a watcher: told the UID of a device that changes, on any node; it must not block. */
  void watch(Consumer<String> watcher);

  /** How much they take, in all and of each network. */
  DeviceUse use();
}
