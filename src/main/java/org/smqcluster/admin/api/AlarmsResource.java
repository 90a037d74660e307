package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.alarms.Alarm;
import org.smqcluster.admin.alarms.Alarms;
import org.smqcluster.admin.problem.Problem;

/** What needs an operator now. */
@Path("alarms")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Cluster")
public class AlarmsResource {

  @Inject private Alarms alarms;

  /** The rules that are true. */
  @Schema(name = "Alarms", description = "The rules that are true")
  public record View(@Schema(description = "Critical ones first") List<Alarm> items) {}

  @GET
  @Allow(Role.VIEWER)
  @Operation(
      summary = "The alarms of all nodes",
      description =
          "The rules of server-config/monitoring/alerts.yml that are true now, as the nodes judge"
              + " them every five seconds.")
  @APIResponse(responseCode = "200", description = "The alarms")
  public CompletionStage<View> alarms() {
    return alarms.all().thenApply(View::new);
  }
}
