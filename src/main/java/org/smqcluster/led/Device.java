package org.smqcluster.led;

import java.util.List;
import java.util.OptionalInt;
import org.smqcluster.broker.spi.ClientNetwork;

/**
 * A device of the LED demo (SMQ section 5) as all nodes know it. Whether it is online follows from
 * its ETID and is not stored.
 *
 * @param uid its UID, printable; the same device wherever and whenever it connects
 * @param etid its address when it was heard last
 * @param node the node that it was connected to then
 * @param network the network of its client's address, as {@link ClientNetwork#text}; empty if no
 *     bound of addresses holds for it
 * @param ipaddr the IP address that it names
 * @param devname the name that it gives itself
 * @param leds its LEDs
 * @param temp its temperature in tenths of a degree Celsius, empty if it has told none
 * @param lastSeen milliseconds since 1970 when it was heard last
 */
public record Device(
    String uid,
    int etid,
    String node,
    String network,
    String ipaddr,
    String devname,
    List<Led> leds,
    OptionalInt temp,
    long lastSeen) {

  private static final int BYTES = 1536;
  private static final int LED_BYTES = 192;

  /** Bytes of a character that is not Latin: two in its string, three in each copy of the JSON. */
  private static final int TEXT = 8;

  Device withLed(int id, boolean on, long now) {
    List<Led> changed = leds.stream().map(led -> led.id() == id ? led.switched(on) : led).toList();
    return new Device(uid, etid, node, network, ipaddr, devname, changed, temp, now);
  }

  Device withTemperature(int tenths, long now) {
    return new Device(uid, etid, node, network, ipaddr, devname, leds, OptionalInt.of(tenths), now);
  }

  /**
   * What it takes of a node's heap, in bytes: an estimate for its record, its entry in the cache
   * and the JSON there, measured on 64-bit Java 17 and rounded up.
   */
  public int heapBytes() {
    int bytes = BYTES + TEXT * (uid.length() + ipaddr.length() + devname.length());
    for (Led led : leds) {
      bytes += LED_BYTES + TEXT * led.name().length();
    }
    return bytes;
  }
}
