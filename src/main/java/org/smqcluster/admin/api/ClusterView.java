package org.smqcluster.admin.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The cluster as the REST interface shows it. */
@Schema(name = "Cluster", description = "The nodes that are there")
public record ClusterView(
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
