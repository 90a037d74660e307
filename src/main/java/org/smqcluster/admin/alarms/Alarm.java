package org.smqcluster.admin.alarms;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A rule that is true now. */
@Schema(name = "Alarm", description = "A rule of server-config/monitoring/alerts.yml that is true")
public record Alarm(
    @Schema(description = "The rule's name", example = "SmqMessagesDropped") String alert,
    @Schema(description = "critical or warning", example = "warning") String severity,
    @Schema(description = "The node that it is about", example = "node1") String node,
    @Schema(description = "Reason or part; empty without one", example = "outbox-full")
        String label,
    @Schema(example = "node1 drops messages (a second): outbox-full") String summary,
    @Schema(description = "The value that is too high", example = "12.5") double value,
    @Schema(description = "Since when it is true") Instant since) {}
