package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.audit.AuditFilter.Audited;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.broker.BrokerClient;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.log.LogText;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/** Publishing by hand. */
@Path("publish")
@RequestScoped
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Tag(name = "Topics")
public class PublishResource {

  private static final Logger LOG = System.getLogger(PublishResource.class.getName());

  @Inject private SmqNode node;
  @Inject private ClusterClients clients;

  @Schema(name = "Publish", description = "A message: to a topic or a client, text or bytes")
  public record Request(
      @Schema(example = "/m2m/led/display", nullable = true) String topic,
      @Schema(description = "A client instead", nullable = true) Integer etid,
      @Schema(nullable = true, example = "hello") String subtopic,
      @Schema(nullable = true, example = "Hello, world") String text,
      @Schema(description = "Bytes instead of text", nullable = true) String base64,
      @Schema(description = "The first if it is not given", nullable = true) String broker)
      implements Audited {

    @Override
    public String parameters() {
      String to = topic == null ? "etid=" + etid : "topic=" + topic;
      return subtopic == null ? to : to + ", subtopic=" + subtopic;
    }
  }

  @POST
  @Allow(Role.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Publish a message to a topic or a client",
      description = "It comes from ETID 1, the broker. For operators.")
  @APIResponse(responseCode = "202", description = "It is on its way")
  @APIResponse(responseCode = "400", description = "It cannot be a message")
  @APIResponse(responseCode = "404", description = "There is no such client")
  public CompletionStage<Response> publish(Request request, @Context SecurityContext security) {
    if (request == null || (request.topic() == null) == (request.etid() == null)) {
      throw ApiException.badRequest("Give either topic or etid.");
    }
    byte[] payload = payload(request);
    Broker broker = clients.broker(request.broker() == null ? "" : request.broker());
    BrokerClient client = node.brokerClient(broker.name());
    Optional<String> topic = Optional.ofNullable(request.topic()).map(WireText::parsePrintable);
    Optional<String> subtopic =
        Optional.ofNullable(request.subtopic()).map(WireText::parsePrintable);
    subtopic.ifPresent(name -> checkName(broker, name));
    LOG.log(
        Level.INFO,
        "{0} publishes {1} bytes to {2}",
        Administrator.name(security),
        payload.length,
        request.topic() == null
            ? request.etid().toString()
            : LogText.line(request.topic(), LogText.PEER_CHARS));
    CompletionStage<Void> published;
    if (topic.isPresent()) {
      checkName(broker, topic.get());
      published = client.publish(topic.get(), subtopic, payload);
    } else {
      published =
          node.brokerClient(clients.find(request.etid()).broker())
              .publishTo(request.etid(), subtopic, payload);
    }
    return published.thenApply(done -> Response.accepted().build());
  }

  private static byte[] payload(Request request) {
    if ((request.text() == null) == (request.base64() == null)) {
      throw ApiException.badRequest("Give either text or base64.");
    }
    byte[] payload;
    try {
      payload =
          request.text() != null
              ? request.text().getBytes(StandardCharsets.UTF_8)
              : Base64.getDecoder().decode(request.base64());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("base64 is not Base64.");
    }
    if (payload.length > ProtocolLimits.MAX_PAYLOAD) {
      throw ApiException.badRequest(
          "A message has " + ProtocolLimits.MAX_PAYLOAD + " bytes at most.");
    }
    return payload;
  }

  private static void checkName(Broker broker, String name) {
    int max = broker.settings().limits().topicNameBytes();
    if (name.isEmpty() || WireText.encode(name).length > max) {
      throw ApiException.badRequest("Names of topics and sub-topics have 1 to " + max + " bytes.");
    }
  }
}
