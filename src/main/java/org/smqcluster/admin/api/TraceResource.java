package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.smqcluster.admin.access.Allow;
import org.smqcluster.admin.access.Role;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.trace.TraceTarget;
import org.smqcluster.admin.trace.TracedPacket;
import org.smqcluster.admin.trace.Traces;
import org.smqcluster.protocol.WireText;

/** The packets of one client or one topic, live. */
@Path("trace")
@RequestScoped
@Tag(name = "Live")
public class TraceResource {

  private static final int MAX_SECONDS = 600;
  private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f-]{36}");

  @Inject private Traces traces;
  @Inject private ClusterClients clients;
  @Inject private LiveStreams streams;

  @GET
  @Allow(Role.OPERATOR)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "The packets of one client or topic, decoded",
      description =
          "Server-Sent Events: \"packet\", \"skipped\" with the number of those that came faster"
              + " than 100 a second on a node, and \"end\". A client is followed to whatever node it"
              + " connects. Of a topic, the messages published to it are told. A reader that comes back"
              + " with Last-Event-ID within ten seconds gets what was seen meanwhile. For operators.")
  @APIResponse(
      responseCode = "200",
      description = "The stream",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING),
              examples =
                  @ExampleObject(
                      name = "packet",
                      value =
                          "event: packet\ndata: {\"node\":\"node1\",\"direction\":\"in\","
                              + "\"etid\":1213141516,\"type\":\"PUBLISH\",\"length\":15,"
                              + "\"fields\":{\"to\":\"/m2m/temp (123)\",\"payload\":\"0x00d7\"}}"
                              + "\n\n")))
  public void trace(
      @Parameter(description = "A connected client", example = "1213141516") @QueryParam("etid")
          Integer etid,
      @Parameter(description = "A client, connected or not", example = "led-0a1b2c")
          @QueryParam("uid")
          String uid,
      @Parameter(description = "A topic", example = "/m2m/temp") @QueryParam("topic") String topic,
      @Parameter(description = "How long, 600 at most") @QueryParam("seconds") @DefaultValue("60")
          int seconds,
      @QueryParam("broker") @DefaultValue("") String broker,
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
      @Context SseEventSink sink,
      @Context Sse sse,
      @Context HttpServletRequest request,
      @Context HttpServletResponse response) {
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw ApiException.badRequest("seconds must be from 1 to " + MAX_SECONDS + ".");
    }
    TraceTarget target;
    if (etid != null && uid == null && topic == null) {
      ClusterClients.Found found = clients.find(etid);
      target = new TraceTarget(found.broker(), WireText.printable(found.entry().uid()), null);
    } else if (etid == null && (uid == null) != (topic == null)) {
      target = new TraceTarget(clients.broker(broker).name(), uid, topic);
    } else {
      throw ApiException.badRequest("Give one of etid, uid and topic.");
    }
    boolean resumed = lastEventId != null && TRACE_ID.matcher(lastEventId).matches();
    String id = resumed ? lastEventId : UUID.randomUUID().toString();
    TraceSource source = new TraceSource(traces, id, target, seconds);
    // where the connection broke, the trace goes on for the seconds in which its reader comes back
    streams.start(
        new LiveStreams.Reader(sink, sse, request, response), source, () -> traces.end(id));
  }

  @DELETE
  @Allow(Role.OPERATOR)
  @Path("{id}")
  @Operation(
      summary = "End a trace",
      description =
          "Its place is free at once; a trace whose reader has just gone keeps it for some seconds."
              + " For operators.")
  @APIResponse(responseCode = "204", description = "It is over, or was before")
  public Response endTrace(
      @Parameter(
              description = "The id of the stream's events",
              example = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
          @PathParam("id")
          String id) {
    traces.end(id);
    return Response.noContent().build();
  }

  /** One reader of a trace. Used by one thread. */
  private static final class TraceSource implements LiveStreams.Source {

    private static final long PATIENCE_SECONDS = 10;

    private final Traces traces;
    private final String id;
    private final TraceTarget target;
    private final long endNanos;
    private boolean started;

    TraceSource(Traces traces, String id, TraceTarget target, int seconds) {
      this.traces = traces;
      this.id = id;
      this.target = target;
      this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    @Override
    public boolean send(LiveStreams.Writer writer)
        throws InterruptedException, ExecutionException, TimeoutException {
      Traces.Seen seen =
          traces.read(id, target).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!started) {
        started = true;
        writer.send("started", id, JsonFormat.JSONB.toJson(target));
      }
      for (TracedPacket packet : seen.packets()) {
        writer.send("packet", id, JsonFormat.JSONB.toJson(packet));
      }
      if (seen.skipped() > 0) {
        writer.send("skipped", id, "{\"count\":" + seen.skipped() + "}");
      }
      if (!seen.running()) {
        writer.send("end", id, "{\"reason\":\"Too many traces run on every node: stop one.\"}");
        return false;
      }
      if (System.nanoTime() - endNanos >= 0) {
        writer.send("end", id, "{\"reason\":\"The time is over.\"}");
        return false;
      }
      return true;
    }
  }
}
