package org.smqcluster.led;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.smqcluster.api.SharedCodec;

/**
 * The form in which nodes share a device: JSON, so that nodes of neighbouring versions read each
 * other's.
 */
public final class DeviceJson implements SharedCodec<Device> {

  @Override
  public byte[] encode(Device device) {
    JsonArrayBuilder leds = Json.createArrayBuilder();
    for (Led led : device.leds()) {
      leds.add(
          Json.createObjectBuilder()
              .add("id", led.id())
              .add("name", led.name())
              .add("color", led.color())
              .add("on", led.on()));
    }
    JsonObjectBuilder json =
        Json.createObjectBuilder()
            .add("uid", device.uid())
            .add("etid", device.etid())
            .add("node", device.node())
            .add("ipaddr", device.ipaddr())
            .add("devname", device.devname())
            .add("leds", leds)
            .add("lastSeen", device.lastSeen());
    if (!device.network().isEmpty()) {
      json.add("network", device.network());
    }
    device.temp().ifPresentOrElse(temp -> json.add("temp", temp), () -> json.addNull("temp"));
    return json.build().toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The member {@code temp}, if it is a number. */
  static OptionalInt temperature(JsonObject device) {
    return device.get("temp") instanceof JsonNumber temp
        ? OptionalInt.of(temp.intValue())
        : OptionalInt.empty();
  }

  @Override
  public Device decode(byte[] json) {
    try (JsonReader reader = Json.createReader(new ByteArrayInputStream(json))) {
      JsonObject device = reader.readObject();
      List<Led> leds =
          device.getJsonArray("leds").getValuesAs(JsonObject.class).stream()
              .map(
                  led ->
                      new Led(
                          led.getInt("id"),
                          led.getString("name"),
                          Led.color(led.getString("color")),
                          led.getBoolean("on")))
              .toList();
      return new Device(
          device.getString("uid"),
          device.getInt("etid"),
          device.getString("node"),
          device.getString("network", ""),
          device.getString("ipaddr"),
          device.getString("devname"),
          leds,
          temperature(device),
          device.getJsonNumber("lastSeen").longValue());
    }
  }
}
