package org.smqcluster.led;

/**
 * An amount of devices.
 *
 * @param devices their number
 * @param bytes what they take of a node's heap
 */
public record DeviceAmount(int devices, long bytes) {

  static final DeviceAmount NONE = new DeviceAmount(0, 0);

  /** The amount of one device; {@link #NONE} for null. */
  static DeviceAmount of(Device device) {
    return device == null ? NONE : new DeviceAmount(1, device.heapBytes());
  }

  DeviceAmount plus(DeviceAmount other) {
    return new DeviceAmount(devices + other.devices, bytes + other.bytes);
  }

  DeviceAmount minus(DeviceAmount other) {
    return new DeviceAmount(devices - other.devices, bytes - other.bytes);
  }

  DeviceAmount percent(int percent) {
    return new DeviceAmount((int) (devices * (long) percent / 100), bytes / 100 * percent);
  }

  /** Less a hundredth, which is left free because finding the oldest devices scans all. */
  DeviceAmount withRoom() {
    return new DeviceAmount(devices - devices / 100, bytes - bytes / 100);
  }

  boolean fits(DeviceAmount bound) {
    return devices <= bound.devices && bytes <= bound.bytes;
  }

  /** How much of a bound it uses up, of number or bytes what is more; 1 is all. */
  double partOf(DeviceAmount bound) {
    return Math.max((double) devices / bound.devices, (double) bytes / bound.bytes);
  }
}
