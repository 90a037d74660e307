package org.smqcluster.admin.clients;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a client does, and what waits for it. */
@Schema(name = "ClientLoad", description = "What a client does, and what waits for it")
public record ClientLoad(
    @Schema(example = "1213141516") int etid,
    @Schema(description = "Topics that it subscribes to", example = "3") int subscriptions,
    @Schema(
            description =
                "Packets from it, a second: since it was last asked for, within a minute, else since"
                    + " it connected",
            example = "1.5")
        double packetsIn,
    @Schema(description = "Packets for it, a second, likewise", example = "12.0") double packetsOut,
    @Schema(description = "Bytes that wait for it", example = "0") long outboxBytes,
    @Schema(description = "Messages for it that were dropped", example = "0") long dropped) {}
