package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
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
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.admin.topics.TopicSearch;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.LastValue;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.log.LogText;
import org.smqcluster.protocol.WireText;

/** The topics, which all nodes share, and their last values, see {@code smq.last.value}. */
@Path("topics")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Topics")
public class TopicsResource {

  private static final Logger LOG = System.getLogger(TopicsResource.class.getName());

  /** Values that one answer tells. */
  private static final int MOST = 1000;

  @Inject private ClusterClients clients;
  @Inject private TopicSearch topics;

  @Schema(name = "Topics", description = "A part of the list of topics")
  public record TopicPage(
      @Schema(description = "How many match", example = "1") int total,
      List<TopicSearch.View> items) {

    static TopicPage of(Part<TopicSearch.View> part) {
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

  @Schema(name = "LastValue", description = "The last message of a topic or sub-topic")
  public record Value(
      @Schema(description = "The sub-topic; empty for none", example = "reading") String subtopic,
      @Schema(description = "ETID of its publisher", example = "1213141516") int publisher,
      @Schema(example = "2026-11-28T12:00:00Z") String time,
      @Schema(
              description = "The payload: text, or 0x and its bytes as hexadecimal digits",
              example = "21.5")
          String text,
      @Schema(description = "The payload", example = "MjEuNQ==") String base64) {}

  @Schema(name = "LastValues", description = "The last values of a topic")
  public record Values(
      @Schema(description = "How many the topic has", example = "1") int total,
      List<Value> items) {}

  @GET
  @Path("{tid}/values")
  @Allow(Role.OPERATOR)
  @Operation(
      summary = "The last values of a topic",
      description =
          "One for each sub-topic, the latest 1000; none if smq.last.value does not name the topic."
              + " For operators.")
  @APIResponse(responseCode = "200", description = "The values, the latest first")
  @APIResponse(responseCode = "404", description = "There is no such topic")
  public Values values(
      @Parameter(description = "The topic's id") @PathParam("tid") int tid,
      @Parameter(description = "The broker; the first if it is not given")
          @QueryParam("broker")
          @DefaultValue("")
          String name) {
    Broker broker = clients.broker(name);
    Collection<LastValue> values = topic(broker, tid).lastValues();
    return new Values(
        values.size(),
        values.stream()
            .sorted(Comparator.comparingLong(LastValue::time).reversed())
            .limit(MOST)
            .map(value -> view(broker, value))
            .toList());
  }

  private static Value view(Broker broker, LastValue value) {
    byte[] payload = value.payload();
    return new Value(
        WireText.printable(broker.topics().subtopic(value.subtid()).orElse("")),
        value.publisher(),
        Instant.ofEpochMilli(value.time()).toString(),
        WireText.printable(WireText.decode(payload, 0, payload.length)),
        Base64.getEncoder().encodeToString(payload));
  }

  @DELETE
  @Path("{tid}/values")
  @Allow(Role.OPERATOR)
  @Operation(
      summary = "Remove the last value of a topic or sub-topic",
      description = "On all nodes. Subscribers are not told. For operators.")
  @APIResponse(responseCode = "204", description = "It is removed")
  @APIResponse(responseCode = "404", description = "There is no such topic or value")
  public Response remove(
      @Parameter(description = "The topic's id") @PathParam("tid") int tid,
      @Parameter(description = "The sub-topic; empty for none")
          @QueryParam("subtopic")
          @DefaultValue("")
          String subtopic,
      @Parameter(description = "The broker; the first if it is not given")
          @QueryParam("broker")
          @DefaultValue("")
          String name,
      @Context SecurityContext security) {
    Broker broker = clients.broker(name);
    Topic topic = topic(broker, tid);
    String wanted = WireText.parsePrintable(subtopic);
    boolean removed =
        topic.lastValues().stream()
            .mapToInt(LastValue::subtid)
            .filter(id -> broker.topics().subtopic(id).orElse("").equals(wanted))
            .anyMatch(id -> broker.removeLastValue(tid, id));
    if (!removed) {
      throw ApiException.notFound("The topic has no such last value.");
    }
    LOG.log(
        Level.INFO,
        "{0} removes the last value of {1}",
        Administrator.name(security),
        LogText.line(topic.name(), LogText.PEER_CHARS));
    return Response.noContent().build();
  }

  private static Topic topic(Broker broker, int tid) {
    return broker
        .topics()
        .find(tid)
        .orElseThrow(() -> ApiException.notFound("No topic has the id " + tid + "."));
  }
}
