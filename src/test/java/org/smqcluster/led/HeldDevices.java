package org.smqcluster.led;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.smqcluster.api.SharedMap;
import org.smqcluster.testing.HeldRecords;

/** The devices of one node alone. */
final class HeldDevices {

  final SharedDevices store;

  HeldDevices() {
    SharedMap<Device> map = new SharedMap<>("devices", new DeviceJson());
    map.connect(new HeldRecords());
    store = new SharedDevices(map);
  }

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
        .forEach(i -> store.put(device(network + "-" + i, network, i, online)));
    return this;
  }
}
