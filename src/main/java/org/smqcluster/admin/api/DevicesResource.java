package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.device.DeviceRegistry;

/** The LED devices. */
@Path("devices")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Devices")
public class DevicesResource {

  @Inject private DeviceRegistry devices;

  /** All devices that the cluster has seen. */
  @GET
  @Operation(
      summary = "All devices",
      description = "Every device that the cluster has seen, online or not, by name. Public.")
  public List<DeviceView> devices() {
    return devices.known().stream()
        .map(device -> DeviceView.of(device, devices.isOnline(device)))
        .toList();
  }
}
