package org.smqcluster.led;

import java.util.List;

/**
 * A device of the LED demo (SMQ section 5) as all nodes know it. Whether it is online follows from
 * its ETID and is not stored.
 *
 * @param uid its UID, printable; the same device wherever and whenever it connects
 * @param etid its address when it was heard last
 * @param node the node that it was connected to then
 * @param ipaddr the IP address that it names
 * @param devname the name that it gives itself
 * @param leds its LEDs
 * @param temp its temperature in tenths of a degree Celsius, or null if it has told none
 * @param lastSeen milliseconds since 1970 when it was heard last
 */
public record Device(
    String uid,
    int etid,
    String node,
    String ipaddr,
    String devname,
    List<Led> leds,
    Integer temp,
    long lastSeen) {

  /** The same, heard at another time. */
  public Device heardAt(long now) {
    return new Device(uid, etid, node, ipaddr, devname, leds, temp, now);
  }

  Device withLed(int id, boolean on, long now) {
    List<Led> changed = leds.stream().map(led -> led.id() == id ? led.switched(on) : led).toList();
    return new Device(uid, etid, node, ipaddr, devname, changed, temp, now);
  }

  Device withTemperature(int tenths, long now) {
    return new Device(uid, etid, node, ipaddr, devname, leds, tenths, now);
  }
}
