package org.smqcluster.led;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a device says of itself in {@code devinfo} (SMQ section 5). Devices are strangers: what is
 * too long is cut, what is wrong is refused as a whole.
 */
record DeviceInfo(String ipaddr, String devname, List<Led> leds, Integer temp) {

  /** Longest JSON that is looked at, in bytes. */
  static final int MAX_BYTES = 16 * 1024;

  /** Most LEDs of a device; further ones are ignored. */
  static final int MAX_LEDS = 256;

  /** Longest text of a device, in characters; longer ones are cut. */
  static final int MAX_TEXT = 100;

  private static final Set<String> COLORS = Set.of("red", "yellow", "green", "blue");

  /** Reads the payload of a {@code devinfo}; empty if it is none. */
  static Optional<DeviceInfo> parse(byte[] payload) {
    if (payload.length > MAX_BYTES) {
      return Optional.empty();
    }
    try (JsonReader reader = Json.createReader(new ByteArrayInputStream(payload))) {
      JsonObject json = reader.readObject();
      return Optional.of(
          new DeviceInfo(
              cut(json.getString("ipaddr", "")),
              cut(json.getString("devname", "")),
              leds(json.getJsonArray("leds")),
              json.get("temp") instanceof JsonNumber temp ? temp.intValue() : null));
    } catch (JsonException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private static List<Led> leds(JsonArray array) {
    List<Led> leds = new ArrayList<>();
    if (array != null) {
      for (JsonValue value : array) {
        JsonObject led = value.asJsonObject();
        int id = led.getInt("id", -1);
        if (id >= 0 && id <= 0xFF && leds.size() < MAX_LEDS) {
          String color = led.getString("color", "red");
          leds.add(
              new Led(
                  id,
                  cut(led.getString("name", "LED " + id)),
                  COLORS.contains(color) ? color : "red",
                  isOn(led.get("on"))));
        }
      }
    }
    return List.copyOf(leds);
  }

  /** C devices say 1, others true. */
  private static boolean isOn(JsonValue on) {
    return on == JsonValue.TRUE || on instanceof JsonNumber number && number.intValue() != 0;
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
