package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.LastValue;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.log.LogText;
import org.smqcluster.protocol.WireText;

/** The last values of a topic, see {@code smq.last.value}. */
@Path("topics/{tid}/values")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Topics")
public class LastValuesResource {

  private static final Logger LOG = System.getLogger(LastValuesResource.class.getName());

  /** Values that one answer tells. */
  private static final int MOST = 1000;

  @Inject private ClusterClients clients;

  /** A last value as the REST interface shows it. */
  @Schema(name = "LastValue", description = "The last message of a topic or sub-topic")
  public record View(
      @Schema(description = "The sub-topic; empty for none", example = "reading") String subtopic,
      @Schema(description = "ETID of its publisher", example = "1213141516") int publisher,
      @Schema(example = "2026-11-28T12:00:00Z") String time,
      @Schema(description = "The payload as UTF-8, printable", example = "21.5") String text,
      @Schema(description = "The payload", example = "MjEuNQ==") String base64) {}

  /** The last values of a topic. */
  @Schema(name = "LastValues", description = "The last values of a topic")
  public record Views(
      @Schema(description = "How many the topic has", example = "1") int total, List<View> items) {}

  @GET
  @Allow(Role.OPERATOR)
  @Operation(
      summary = "The last values of a topic",
      description =
          "One for each sub-topic, the latest 1000; none if smq.last.value does not name the topic."
              + " For operators.")
  @APIResponse(responseCode = "200", description = "The values, the latest first")
  @APIResponse(responseCode = "404", description = "There is no such topic")
  public Views values(
      @Parameter(description = "The topic's id") @PathParam("tid") int tid,
      @Parameter(description = "The broker; the first if it is not given")
          @QueryParam("broker")
          @DefaultValue("")
          String name) {
    Broker broker = clients.broker(name);
    Collection<LastValue> values = topic(broker, tid).lastValues();
    return new Views(
        values.size(),
        values.stream()
            .sorted(Comparator.comparingLong(LastValue::time).reversed())
            .limit(MOST)
            .map(value -> view(broker, value))
            .toList());
  }

  private static View view(Broker broker, LastValue value) {
    return new View(
        WireText.printable(broker.topics().subtopic(value.subtid()).orElse("")),
        value.publisher(),
        Instant.ofEpochMilli(value.time()).toString(),
        WireText.printable(new String(value.payload(), StandardCharsets.UTF_8)),
        Base64.getEncoder().encodeToString(value.payload()));
  }

  @DELETE
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
    boolean removed =
        topic.lastValues().stream()
            .mapToInt(LastValue::subtid)
            .filter(
                id ->
                    broker
                        .topics()
                        .subtopic(id)
                        .orElse("")
                        .equals(WireText.parsePrintable(subtopic)))
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
