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
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.audit.AuditEntry;
import org.smqcluster.admin.audit.AuditLog;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.problem.Problem;

/** Which administrator did what. */
@Path("audit")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Cluster")
public class AuditResource {

  @Inject private AuditLog log;

  /** The latest operations. */
  @Schema(name = "Audit", description = "The latest operations of administrators")
  public record View(@Schema(description = "The latest first") List<AuditEntry> items) {}

  @GET
  @Allow(Role.VIEWER)
  @Operation(
      summary = "Which administrator did what",
      description =
          "Operations that changed something, or were to, logins, and traces; the last 1000 at each"
              + " node, in memory until it ends.")
  @APIResponse(responseCode = "200", description = "The latest")
  public CompletionStage<View> audit(
      @Parameter(description = "One user's alone", example = "admin")
          @QueryParam("user")
          @DefaultValue("")
          String user,
      @Parameter(description = "How many to tell, 1000 at most")
          @QueryParam("limit")
          @DefaultValue("100")
          int limit) {
    return log.latest(new AuditLog.Wanted(user, Page.of("", 0, limit).limit()))
        .thenApply(View::new);
  }
}
