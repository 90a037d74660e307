package org.smqcluster.led;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a device says of itself in {@code devinfo} (SMQ section 5). Devices are not trusted: what is
 * too long is cut, what is wrong is refused as a whole.
 */
record DeviceInfo(String ipaddr, String devname, List<Led> leds, OptionalInt temp) {

  /** Longest JSON that is looked at, in bytes. */
  static final int MAX_BYTES = 16 * 1024;

  /** Most LEDs of a device: as many as the LED page shows; further ones are ignored. */
  static final int MAX_LEDS = 64;

  /** Longest name of a device, in characters; a longer one is cut. */
  static final int MAX_NAME = 100;

  /** Longest name of an LED, in characters; a longer one is cut. */
  static final int MAX_LED_NAME = 40;

  /** Longest IP address, in characters: IPv6 with an IPv4 address at its end. */
  static final int MAX_ADDRESS = 45;

  /** Reads the payload of a {@code devinfo}; empty if it is none. */
  static Optional<DeviceInfo> parse(byte[] payload) {
    if (payload.length > MAX_BYTES) {
      return Optional.empty();
    }
    try (JsonReader reader = Json.createReader(new ByteArrayInputStream(payload))) {
      JsonObject json = reader.readObject();
      return Optional.of(
          new DeviceInfo(
              cut(json.getString("ipaddr", ""), MAX_ADDRESS),
              cut(json.getString("devname", ""), MAX_NAME),
              leds(json.getJsonArray("leds")),
              DeviceJson.temperature(json)));
    } catch (RuntimeException e) {
      // no JSON, nested too deeply (which the parser has no exception of its own for), other types
      return Optional.empty();
    }
  }

  /** Of several LEDs with one id, the first counts. */
  private static List<Led> leds(JsonArray array) {
    Map<Integer, Led> leds = new LinkedHashMap<>();
    if (array != null) {
      for (JsonValue value : array) {
        JsonObject led = value.asJsonObject();
        int id = led.getInt("id", -1);
        if (id >= 0 && id <= 0xFF && leds.size() < MAX_LEDS) {
          String name = cut(led.getString("name", "LED " + id), MAX_LED_NAME);
          String color = Led.color(led.getString("color", "red"));
          leds.putIfAbsent(id, new Led(id, name, color, isOn(led.get("on"))));
        }
      }
    }
    return List.copyOf(leds.values());
  }

  /** C devices say 1, others true. */
  private static boolean isOn(JsonValue on) {
    return on == JsonValue.TRUE || on instanceof JsonNumber number && number.intValue() != 0;
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
