package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.paging.Page;
import org.smqcluster.admin.paging.Page.Part;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.admin.topics.TopicSearch;
import org.smqcluster.admin.topics.TopicView;
import org.smqcluster.broker.spi.Broker;

/** The topics, which all nodes share. */
@Path("topics")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Topics")
public class TopicsResource {

  @Inject private ClusterClients clients;
  @Inject private TopicSearch topics;

  /** A part of the list of topics. */
  @Schema(name = "Topics", description = "A part of the list of topics")
  public record TopicPage(
      @Schema(description = "How many match", example = "1") int total, List<TopicView> items) {

    static TopicPage of(Part<TopicView> part) {
      return new TopicPage(part.total(), part.items());
    }
  }

  @GET
  @Allow(Role.VIEWER)
  @Operation(
      summary = "The topics",
      description =
          "With their ids, their subscribers on each node, and what is published to them.")
  @APIResponse(responseCode = "200", description = "A page, and how many there are")
  public CompletionStage<TopicPage> topics(
      @Parameter(description = "A part of the name", example = "led") @QueryParam("name")
          String name,
      @Parameter(description = "Whether the name is the whole name, not a part")
          @QueryParam("exact")
          @DefaultValue("false")
          boolean exact,
      @Parameter(description = "name, subscribers or rate; with a minus before it downwards")
          @QueryParam("sort")
          @DefaultValue("name")
          String sort,
      @BeanParam PageQuery page,
      @Parameter(description = "The broker; the first if it is not given")
          @QueryParam("broker")
          @DefaultValue("")
          String broker) {
    Page sorted = page.sortedBy(sort);
    Broker where = clients.broker(broker);
    return (exact && name != null ? topics.find(where, name) : topics.find(where, name, sorted))
        .thenApply(TopicPage::of);
  }
}
