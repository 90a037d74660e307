package org.smqcluster.led;

import java.util.Set;

/**
 * An LED of a device.
 *
 * @param id its number, 0 to 255
 * @param name what the device calls it
 * @param color red, yellow, green or blue
 * @param on whether it is lit
 */
public record Led(int id, String name, String color, boolean on) {

  private static final Set<String> COLORS = Set.of("red", "yellow", "green", "blue");

  /** The color of this name, one string for all LEDs; red if there is none. */
  static String color(String name) {
    return COLORS.stream().filter(name::equals).findFirst().orElse("red");
  }

  Led switched(boolean lit) {
    return new Led(id, name, color, lit);
  }
}
