package org.smqcluster.admin.topics;

import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A topic as the REST interface shows it. */
@Schema(name = "Topic", description = "A topic")
public record TopicView(
    @Schema(example = "/m2m/led/device") String name,
    @Schema(description = "Its id, the same on all nodes", example = "123456") int tid,
    @Schema(description = "Subscribers, by node", example = "{\"node1\": 2}")
        Map<String, Integer> subscribers,
    @Schema(description = "Messages published to it since the nodes started", example = "1200")
        long messages,
    @Schema(description = "Messages published to it, a second", example = "12.5") double rate) {}
