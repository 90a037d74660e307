package org.smqcluster.admin.trace;

import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A packet that was seen. */
@Schema(name = "TracedPacket", description = "A packet, decoded")
public record TracedPacket(
    Instant time,
    @Schema(example = "node1") String node,
    @Schema(description = "in: from the client; out: to it", example = "in") String direction,
    @Schema(description = "The client's ETID", example = "1213141516") int etid,
    @Schema(description = "The type of packet", example = "PUBLISH") String type,
    @Schema(description = "Bytes of type and body", example = "18") int length,
    @Schema(description = "The packet's fields, as text") Map<String, String> fields) {

  TracedPacket at(String itsNode) {
    return new TracedPacket(time, itsNode, direction, etid, type, length, fields);
  }
}
