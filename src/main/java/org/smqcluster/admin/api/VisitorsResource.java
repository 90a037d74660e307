package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.devices.DeviceSearch;
import org.smqcluster.admin.devices.DeviceView;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.led.DeviceRegistry;

/** What the LED page and the cluster page show to visitors. */
@Path("led")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Devices")
public class VisitorsResource {

  /** Most devices of one answer: half a megabyte, where each has all that it may have. */
  private static final int MAX_LIMIT = 50;

  @Inject private DeviceRegistry devices;

  /** A part of the list of devices, as visitors see it. */
  @Schema(name = "VisitorDevices", description = "A part of the list of devices")
  public record DevicePage(
      @Schema(description = "How many match", example = "1") int total, List<DeviceView> items) {}

  @GET
  @Allow(Role.VISITOR)
  @Path("devices")
  @Operation(
      summary = "The devices, as the LED page shows them",
      description =
          "Those online by name, or those offline, the last heard first; without their UIDs. Public"
              + " if clients need no login (smq.auth=none), else for viewers.")
  @APIResponse(responseCode = "200", description = "A page, and how many there are")
  public DevicePage ledDevices(
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
            .findForVisitors(online, search, Page.of("", offset, limit, MAX_LIMIT));
    return new DevicePage(found.total(), found.items());
  }
}
