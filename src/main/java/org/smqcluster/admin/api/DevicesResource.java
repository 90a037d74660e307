package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
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
import org.smqcluster.admin.audit.AuditFilter.Audited;
import org.smqcluster.admin.devices.DeviceSearch;
import org.smqcluster.admin.devices.DeviceView;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.led.Device;
import org.smqcluster.led.DeviceChange;
import org.smqcluster.led.DeviceRegistry;

/** The LED devices, for administrators and, as the LED page shows them, for visitors. */
@Path("")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Devices")
public class DevicesResource {

  /**
   * Most devices of one answer to visitors: half a megabyte, where each has all that it may have.
   */
  private static final int MAX_FOR_VISITORS = 50;

  @Inject private DeviceRegistry devices;

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
                description =
                    "Announcements that this node refused for lack of room since its start",
                example = "0")
            long refused) {

      static Use of(DeviceRegistry devices) {
        return new Use(
            devices.use().devices(),
            devices.bound().devices(),
            devices.use().bytes(),
            devices.bound().bytes(),
            devices.count(DeviceChange.EVICTED),
            devices.count(DeviceChange.REFUSED));
      }
    }
  }

  @GET
  @Path("devices")
  @Allow(Role.VIEWER)
  @Operation(
      summary = "The devices",
      description = "Those that the cluster remembers, online or not, and how much room they take.")
  @APIResponse(responseCode = "200", description = "A page, and how many there are")
  public DevicePage devices(
      @Parameter(description = "Whether they are connected; any if it is not given")
          @QueryParam("online")
          Boolean online,
      @Parameter(description = "A part of name, UID, address or node", example = "lamp")
          @QueryParam("search")
          String search,
      @Parameter(
              description =
                  "name, uid, node, address or heard; with a minus before it downwards, as -heard")
          @QueryParam("sort")
          @DefaultValue("name")
          String sort,
      @BeanParam PageQuery page) {
    Part<DeviceView> found = new DeviceSearch(devices).find(online, search, page.sortedBy(sort));
    return new DevicePage(found.total(), DevicePage.Use.of(devices), found.items());
  }

  @Schema(name = "Switch", description = "How an LED shall be")
  public record Switch(@Schema(example = "true", required = true) Boolean on) implements Audited {

    @Override
    public String parameters() {
      return "on=" + on;
    }
  }

  @POST
  @Allow(Role.OPERATOR)
  @Path("devices/{uid}/leds/{led}")
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

  @Schema(name = "VisitorDevices", description = "A part of the list of devices")
  public record VisitorDevicePage(
      @Schema(description = "How many match", example = "1") int total, List<DeviceView> items) {}

  @GET
  @Allow(Role.VISITOR)
  @Path("led/devices")
  @Operation(
      summary = "The devices, as the LED page shows them",
      description =
          "Those online by name, or those offline, the last heard first; without their UIDs. Public"
              + " if clients need no login (smq.auth=none), else for viewers.")
  @APIResponse(responseCode = "200", description = "A page, and how many there are")
  public VisitorDevicePage ledDevices(
      @Parameter(description = "Whether they are connected")
          @QueryParam("online")
          @DefaultValue("true")
          boolean online,
      @Parameter(description = "A part of name, address or node, or a whole key", example = "lamp")
          @QueryParam("search")
          String search,
      @Parameter(description = "How many to pass over") @QueryParam("offset") @DefaultValue("0")
          int offset,
      @Parameter(description = "How many to tell, 50 at most")
          @QueryParam("limit")
          @DefaultValue("50")
          int limit) {
    Part<DeviceView> found =
        new DeviceSearch(devices)
            .findForVisitors(online, search, Page.of("", offset, limit, MAX_FOR_VISITORS));
    return new VisitorDevicePage(found.total(), found.items());
  }
}
