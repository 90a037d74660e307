package org.smqcluster.admin.devices;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.led.Device;
import org.smqcluster.led.Led;

/**
 * A device in answers of the REST interface. Visitors get what every client hears from the device,
 * and no UID: a client that connects with it takes over the device's address.
 */
@Schema(name = "Device", description = "A device with LEDs")
public record DeviceView(
    @Schema(description = "The same for the same device at any time", example = "a1b2c3d4e5f60718")
        String key,
    @Schema(
            description = "Its own name for itself; null for visitors",
            example = "led-0a1b2c",
            nullable = true)
        String uid,
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
    @Schema(description = "When it last said something") Instant lastSeen) {

  private static final int KEY_BYTES = 8;

  /** What is shown of a device: its UID to viewers, not to visitors. */
  static DeviceView of(Device device, boolean online, boolean withUid) {
    return new DeviceView(
        key(device.uid()),
        withUid ? device.uid() : null,
        device.etid(),
        device.node(),
        device.ipaddr(),
        device.devname(),
        device.leds(),
        device.temp().isPresent() ? device.temp().getAsInt() : null,
        online,
        Instant.ofEpochMilli(device.lastSeen()));
  }

  /** The beginning of a digest of the UID. */
  static String key(String uid) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(uid.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }
}
