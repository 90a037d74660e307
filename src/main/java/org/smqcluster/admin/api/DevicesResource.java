package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.led.Device;
import org.smqcluster.led.DeviceRegistry;

/** The LED devices. */
@Path("devices")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Devices")
public class DevicesResource {

  @Inject private DeviceRegistry devices;

  /** All devices that the cluster has seen. */
  @GET
  @Allow(Role.PUBLIC)
  @Operation(
      summary = "All devices",
      description = "Every device that the cluster has seen, online or not, by name. Public.")
  public List<DeviceView> devices() {
    return devices.known().stream()
        .map(device -> DeviceView.of(device, devices.isOnline(device)))
        .toList();
  }

  /** How an LED shall be. */
  @Schema(name = "Switch", description = "How an LED shall be")
  public record Switch(@Schema(example = "true", required = true) Boolean on) {}

  /** Switches an LED. */
  @POST
  @Allow(Role.OPERATOR)
  @Path("{uid}/leds/{led}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Switch an LED",
      description = "The device is asked; it reports what it did, as always. For operators.")
  @APIResponse(responseCode = "202", description = "The device is asked")
  @APIResponse(responseCode = "404", description = "There is no such device or LED")
  @APIResponse(responseCode = "409", description = "The device is not connected")
  public CompletionStage<Response> switchLed(
      @Parameter(example = "led-0a1b2c") @PathParam("uid") String uid,
      @Parameter(example = "1") @PathParam("led") int led,
      Switch wanted) {
    if (wanted == null || wanted.on() == null) {
      throw ApiException.badRequest("Say {\"on\": true} or {\"on\": false}.");
    }
    Device device =
        devices
            .find(uid)
            .orElseThrow(() -> ApiException.notFound("There is no device " + uid + "."));
    if (device.leds().stream().noneMatch(each -> each.id() == led)) {
      throw ApiException.notFound("The device " + uid + " has no LED " + led + ".");
    }
    if (!devices.isOnline(device)) {
      throw ApiException.conflict("The device " + uid + " is not connected.");
    }
    return devices
        .switchLed(device, led, wanted.on())
        .thenApply(asked -> Response.accepted().build());
  }
}
