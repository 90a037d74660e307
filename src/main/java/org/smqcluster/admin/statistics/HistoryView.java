package org.smqcluster.admin.statistics;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Figures of all nodes over time, for charts. */
@Schema(name = "History", description = "Figures of all nodes over time")
public record HistoryView(
    @Schema(description = "Seconds since 1970, the oldest first", example = "[1767268800]")
        List<Long> times,
    @Schema(description = "Seconds between two times", example = "5") int step,
    @Schema(
            description = "By node, then by figure: one value a time, null while it was not there",
            example = "{\"node1\": {\"messagesIn\": [12.5]}}")
        Map<String, Map<String, List<Double>>> nodes) {}
