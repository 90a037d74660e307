package org.smqcluster.admin.devices;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.led.Device;
import org.smqcluster.led.Led;

/** A device as the REST interface shows it to viewers. */
@Schema(name = "Device", description = "A device with LEDs")
public record DeviceView(
    @Schema(description = "Its own name for itself", example = "led-0a1b2c") String uid,
    @Schema(description = "Its address in the cluster", example = "1213141516") int etid,
    @Schema(description = "The node that it is, or was, connected to", example = "node1")
        String node,
    @Schema(example = "192.168.1.20") String ipaddr,
    @Schema(description = "What it says it is", example = "Simulated device 1") String devname,
    List<Led> leds,
    @Schema(
            description = "Temperature in tenths of a degree Celsius; null if it has none",
            example = "215",
            nullable = true)
        Integer temp,
    @Schema(description = "Whether it is connected now") boolean online,
    @Schema(
            type = SchemaType.STRING,
            format = "date-time",
            description = "When it last said something",
            example = "2026-01-01T12:00:00Z")
        Instant lastSeen) {

  static DeviceView of(Device device, boolean online) {
    return new DeviceView(
        device.uid(),
        device.etid(),
        device.node(),
        device.ipaddr(),
        device.devname(),
        device.leds(),
        device.temp().isPresent() ? device.temp().getAsInt() : null,
        online,
        Instant.ofEpochMilli(device.lastSeen()));
  }
}
