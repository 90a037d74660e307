package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.app.NodeHolder;
import org.smqcluster.app.SmqNode;

/** The cluster and its nodes. */
@Path("cluster")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Cluster")
public class ClusterResource {

  @Inject private NodeHolder holder;

  /** All nodes. */
  @GET
  @Operation(
      summary = "All nodes",
      description = "State, address, version, uptime and figures of every node. Public.")
  public ClusterView cluster() {
    SmqNode node = holder.node();
    String self = node.name();
    Instant now = Instant.now();
    List<NodeView> nodes =
        node.cluster().nodes().stream()
            .map(info -> NodeView.of(info, info.name().equals(self), now))
            .sorted(Comparator.comparing(NodeView::name))
            .toList();
    return new ClusterView(self, nodes);
  }
}
