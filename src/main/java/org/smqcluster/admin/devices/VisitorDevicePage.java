package org.smqcluster.admin.devices;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A part of the list of devices, as visitors see it. */
@Schema(name = "VisitorDevices", description = "A part of the list of devices")
public record VisitorDevicePage(
    @Schema(description = "How many match", example = "1") int total, List<DeviceView> items) {}
