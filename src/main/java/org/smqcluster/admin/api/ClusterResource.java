package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.alarms.Alarm;
import org.smqcluster.admin.alarms.Alarms;
import org.smqcluster.admin.audit.AuditLog;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.NodeOperations;
import org.smqcluster.admin.nodes.Operation.Nothing;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.admin.statistics.StatisticsHistory;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.Settings;
import org.smqcluster.node.SmqNode;
import org.smqcluster.security.Administrators;

/** The cluster and its nodes: their figures, alarms, orders to them, and who gave them. */
@Path("")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Cluster")
public class ClusterResource {

  @Inject private SmqNode node;
  @Inject private NodeCalls nodes;
  @Inject private Settings settings;
  @Inject private StatisticsHistory history;
  @Inject private Alarms alarms;
  @Inject private AuditLog log;
  @Context private SecurityContext security;

  @Schema(name = "Cluster", description = "The nodes that are there")
  public record View(
      @Schema(description = "The cluster's name (smq.cluster.name)", example = "smq") String name,
      @Schema(description = "The name of the node that answers", example = "node1") String self,
      @Schema(description = "Whether the request's login may drain and resume nodes")
          boolean mayAdminister,
      @Schema(
              description =
                  "Format that all nodes speak: the lowest of theirs. What needs a later one waits.",
              example = "2")
          int format,
      @Schema(description = "By name") List<NodeView> nodes) {}

  @GET
  @Path("cluster")
  @Allow(Role.PUBLIC)
  @Operation(
      summary = "All nodes",
      description = "State, address, version, uptime and figures of every node. Public.")
  public View cluster() {
    String self = node.name();
    Instant now = Instant.now();
    List<NodeView> nodes =
        node.cluster().nodes().stream()
            .map(info -> NodeView.of(info, info.name().equals(self), now))
            .sorted(Comparator.comparing(NodeView::name))
            .toList();
    return new View(
        settings.get(ConfigKey.CLUSTER_NAME),
        self,
        security.isUserInRole(Administrators.OPERATOR),
        node.cluster().format(),
        nodes);
  }

  @GET
  @Allow(Role.VIEWER)
  @Path("cluster/history")
  @Operation(
      summary = "The figures of the last quarter of an hour, hour or day",
      description =
          "Of every node, the oldest first: one value each 5 s, 20 s or 4 min, the mean of that time."
              + " In memory: a node that starts begins anew.")
  public StatisticsHistory.View history(
      @Parameter(description = "15m, 1h or 24h") @QueryParam("range") @DefaultValue("15m")
          String range) {
    return history
        .view(range)
        .orElseThrow(() -> ApiException.badRequest("range must be 15m, 1h or 24h."));
  }

  @POST
  @Allow(Role.OPERATOR)
  @Path("cluster/nodes/{name}/drain")
  @Operation(
      summary = "Drain a node",
      description =
          "It takes no new clients and lets the others go, as fast as smq.drain.rate says; they"
              + " connect to other nodes. For operators.")
  @APIResponse(responseCode = "202", description = "It has begun")
  @APIResponse(responseCode = "404", description = "There is no such node")
  public CompletionStage<Response> drain(
      @Parameter(example = "node1") @PathParam("name") String name) {
    return tell(name, NodeOperations.DRAIN);
  }

  @POST
  @Allow(Role.OPERATOR)
  @Path("cluster/nodes/{name}/resume")
  @Operation(summary = "Let a drained node take clients again", description = "For operators.")
  @APIResponse(responseCode = "202", description = "It takes clients")
  @APIResponse(responseCode = "404", description = "There is no such node")
  public CompletionStage<Response> resume(
      @Parameter(example = "node1") @PathParam("name") String name) {
    return tell(name, NodeOperations.RESUME);
  }

  @POST
  @Allow(Role.OPERATOR)
  @Path("cluster/nodes/{name}/rebalance")
  @Operation(
      summary = "Let a node's surplus clients go",
      description =
          "If it has clearly more than the mean of all nodes; slowly. They connect again, to"
              + " whatever node comes next for them. For operators.")
  @APIResponse(responseCode = "202", description = "It looks")
  @APIResponse(responseCode = "404", description = "There is no such node")
  public CompletionStage<Response> rebalance(
      @Parameter(example = "node1") @PathParam("name") String name) {
    return tell(name, NodeOperations.REBALANCE);
  }

  @POST
  @Allow(Role.OPERATOR)
  @Path("cluster/nodes/{name}/stop")
  @Operation(
      summary = "Stop a node hard",
      description =
          "Its process ends at once, as in a power cut: what waits for its clients is lost, and"
              + " they connect to other nodes. To show fail-over; drain a node before maintenance."
              + " It does not start again by itself. For operators.")
  @APIResponse(responseCode = "202", description = "It ends within half a second")
  @APIResponse(responseCode = "404", description = "There is no such node")
  public CompletionStage<Response> stop(
      @Parameter(example = "node1") @PathParam("name") String name) {
    return tell(name, NodeOperations.STOP);
  }

  private CompletionStage<Response> tell(
      String name, org.smqcluster.admin.nodes.Operation<NodeOperations.Order, Nothing> operation) {
    if (node.cluster().nodes().stream().noneMatch(node -> node.name().equals(name))) {
      throw ApiException.notFound("There is no node " + name + ".");
    }
    return nodes
        .ask(name, operation, new NodeOperations.Order(Administrator.name(security)))
        .thenApply(done -> Response.accepted().build());
  }

  @Schema(name = "Alarms", description = "The rules that are true")
  public record AlarmsView(@Schema(description = "Critical ones first") List<Alarm> items) {}

  @GET
  @Path("alarms")
  @Allow(Role.VIEWER)
  @Operation(
      summary = "The alarms of all nodes",
      description =
          "The rules of server-config/monitoring/alerts.yml that are true now, as the nodes judge"
              + " them every five seconds.")
  @APIResponse(responseCode = "200", description = "The alarms")
  public CompletionStage<AlarmsView> alarms() {
    return alarms.all().thenApply(AlarmsView::new);
  }

  @Schema(name = "Audit", description = "The latest operations of administrators")
  public record AuditView(@Schema(description = "The latest first") List<AuditLog.Entry> items) {}

  @GET
  @Path("audit")
  @Allow(Role.VIEWER)
  @Operation(
      summary = "Which administrator did what",
      description =
          "Operations that changed something, or were to, logins, and traces; the last 1000 at each"
              + " node, in memory until it ends.")
  @APIResponse(responseCode = "200", description = "The latest")
  public CompletionStage<AuditView> audit(
      @Parameter(description = "One user's alone", example = "admin")
          @QueryParam("user")
          @DefaultValue("")
          String user,
      @Parameter(description = "How many to tell, 1000 at most")
          @QueryParam("limit")
          @DefaultValue("100")
          int limit) {
    return log.latest(new AuditLog.Wanted(user, Page.of("", 0, limit).limit()))
        .thenApply(AuditView::new);
  }
}
