package org.smqcluster.admin.audit;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An operation of an administrator. */
@Schema(name = "AuditEntry", description = "An operation of an administrator")
public record AuditEntry(
    Instant time,
    @Schema(description = "The node that was asked", example = "node1") String node,
    @Schema(example = "admin") String user,
    @Schema(description = "The IP address that the request came from", example = "192.168.1.5")
        String address,
    @Schema(example = "POST") String method,
    @Schema(
            description = "Path below /api/ with its query, cut after 500 bytes",
            example = "cluster/nodes/node2/drain")
        String path,
    @Schema(
            description = "What the request's body says, without secrets and payloads",
            example = "seconds=3600, reason=it floods")
        String detail,
    @Schema(description = "HTTP status of the answer", example = "202") int status) {

  /** An entry; one of a node that knows no details has an empty one. */
  public AuditEntry {
    detail = detail == null ? "" : detail;
  }
}
