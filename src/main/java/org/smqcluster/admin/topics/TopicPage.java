package org.smqcluster.admin.topics;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A part of the list of topics. */
@Schema(name = "Topics", description = "A part of the list of topics")
public record TopicPage(
    @Schema(description = "How many match", example = "1") int total, List<TopicView> items) {}
