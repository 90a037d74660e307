package org.smqcluster.client.led;

import java.util.List;
import java.util.Locale;

/** The LEDs and the thermometer of a simulated device. Thread-safe. */
final class LedState {

  /** Four LEDs; an LED's id is its place in this list, from 1. */
  private static final List<String> COLORS = List.of("red", "yellow", "green", "blue");

  private static final int COLDEST = 150;
  private static final int HOTTEST = 350;

  private final boolean[] on = new boolean[COLORS.size()];
  private int temperature;

  /**
   * @param temperature in tenths of a degree Celsius
   */
  LedState(int temperature) {
    this.temperature = temperature;
  }

  /**
   * Switches an LED.
   *
   * @return its color, null if there is no LED with this id
   */
  synchronized String switchLed(int id, boolean to) {
    if (id < 1 || id > COLORS.size()) {
      return null;
    }
    on[id - 1] = to;
    return COLORS.get(id - 1);
  }

  synchronized boolean isOn(int id) {
    return on[id - 1];
  }

  /**
   * Lets the temperature drift, within 15 and 35 degrees.
   *
   * @return the new one in tenths of a degree Celsius
   */
  synchronized int drift(int tenths) {
    temperature = Math.max(COLDEST, Math.min(HOTTEST, temperature + tenths));
    return temperature;
  }

  /** What the device says of itself (SMQ section 5). */
  synchronized String devinfo(String address, String name) {
    StringBuilder json = new StringBuilder();
    json.append("{\"ipaddr\":").append(quote(address));
    json.append(",\"devname\":").append(quote(name));
    json.append(",\"leds\":[");
    for (int i = 0; i < on.length; i++) {
      String color = COLORS.get(i);
      String label = color.substring(0, 1).toUpperCase(Locale.ROOT) + color.substring(1);
      json.append(i == 0 ? "" : ",");
      json.append("{\"id\":").append(i + 1);
      json.append(",\"name\":").append(quote(label));
      json.append(",\"color\":").append(quote(color));
      json.append(",\"on\":").append(on[i]).append('}');
    }
    return json.append("],\"temp\":").append(temperature).append('}').toString();
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
