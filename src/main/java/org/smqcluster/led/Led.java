package org.smqcluster.led;

/**
 * An LED of a device.
 *
 * @param id its number, 0 to 255
 * @param name what the device calls it
 * @param color red, yellow, green or blue
 * @param on whether it is lit
 */
public record Led(int id, String name, String color, boolean on) {

  Led switched(boolean lit) {
    return new Led(id, name, color, lit);
  }
}
