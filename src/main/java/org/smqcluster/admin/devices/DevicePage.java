package org.smqcluster.admin.devices;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A part of the list of devices. */
@Schema(name = "Devices", description = "A part of the list of devices")
public record DevicePage(
    @Schema(description = "How many match", example = "1") int total,
    @Schema(description = "What all devices take") Use use,
    List<DeviceView> items) {

  @Schema(name = "DeviceUse")
  public record Use(
      @Schema(description = "Devices that are remembered", example = "2") int devices,
      @Schema(description = "Bound of devices", example = "5000") int devicesMax,
      @Schema(description = "Estimated bytes on each node", example = "8000") long bytes,
      @Schema(description = "Bound of bytes on this node", example = "26843545") long bytesMax,
      @Schema(
              description = "Devices that this node forgot for others since its start",
              example = "0")
          long evicted,
      @Schema(
              description = "Announcements that this node refused for lack of room since its start",
              example = "0")
          long refused) {}
}
