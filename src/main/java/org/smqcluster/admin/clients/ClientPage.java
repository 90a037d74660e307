package org.smqcluster.admin.clients;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A part of the list of clients. */
@Schema(name = "Clients", description = "A part of the list of clients")
public record ClientPage(
    @Schema(description = "How many match", example = "1") int total, List<ClientView> items) {}
