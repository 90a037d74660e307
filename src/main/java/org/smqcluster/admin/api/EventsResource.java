package org.smqcluster.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
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
import org.smqcluster.admin.events.AdminEvent;
import org.smqcluster.admin.events.EventFeed;
import org.smqcluster.admin.events.EventRing;
import org.smqcluster.admin.problem.ApiException;

/** What happens in the cluster, live. */
@Path("events")
@RequestScoped
@Tag(name = "Live")
public class EventsResource {

  @Inject private EventFeed feed;
  @Inject private LiveStreams streams;

  @GET
  @Allow(Role.VIEWER)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "Live events of the whole cluster",
      description =
          "Server-Sent Events, named after their type. An event \"lost\" says how many came too"
              + " fast to be told; \"alive\" comes when nothing else does. A reader that comes back"
              + " with Last-Event-ID goes on where it was.")
  @APIResponse(
      responseCode = "200",
      description = "The stream",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING),
              examples =
                  @ExampleObject(
                      name = "connected",
                      value =
                          "event: connected\nid: node1=17,node2=4\ndata: {\"node\":\"node1\","
                              + "\"type\":\"connected\",\"etid\":1213141516,"
                              + "\"subject\":\"led-0a1b2c\"}\n\n")))
  public void events(
      @Parameter(
              description =
                  "How many earlier events of each node come first; 500 at most. Those of devices"
                      + " are not kept")
          @QueryParam("history")
          @DefaultValue("0")
          int history,
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
      @Context SseEventSink sink,
      @Context Sse sse,
      @Context HttpServletRequest request,
      @Context HttpServletResponse response) {
    if (history < 0 || history > EventRing.HISTORY) {
      throw ApiException.badRequest("history must be from 0 to " + EventRing.HISTORY + ".");
    }
    Map<String, Long> position = position(lastEventId);
    streams.start(
        new LiveStreams.Reader(sink, sse, request, response),
        new EventSource(feed, position, history),
        () -> {});
  }

  /** Reads {@code node1=17,node2=4}; any other text is ignored. */
  static Map<String, Long> position(String lastEventId) {
    Map<String, Long> position = new TreeMap<>();
    if (lastEventId != null) {
      for (String part : lastEventId.split(",")) {
        int equals = part.lastIndexOf('=');
        if (equals > 0 && part.substring(equals + 1).matches("[0-9]{1,18}")) {
          position.put(part.substring(0, equals), Long.valueOf(part.substring(equals + 1)));
        }
      }
    }
    return position;
  }

  /** One reader of the cluster's events: knows where it is. Used by one thread. */
  private static final class EventSource implements LiveStreams.Source {

    private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PATIENCE_SECONDS = 10;

    private final EventFeed feed;
    private final int history;
    private Map<String, Long> position;
    private long sentNanos = System.nanoTime() - ALIVE_NANOS;

    EventSource(EventFeed feed, Map<String, Long> position, int history) {
      this.feed = feed;
      this.position = position;
      this.history = history;
    }

    @Override
    public boolean send(LiveStreams.Writer writer)
        throws InterruptedException, ExecutionException, TimeoutException {
      EventFeed.News news =
          feed.after(new EventFeed.After(position, history))
              .toCompletableFuture()
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      position = news.position();
      String id =
          position.entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .collect(Collectors.joining(","));
      if (news.lost() > 0) {
        writer.send("lost", id, "{\"count\":" + news.lost() + "}");
      }
      for (AdminEvent event : news.events()) {
        writer.send(event.type(), id, JsonFormat.JSONB.toJson(event));
      }
      if (news.lost() > 0 || !news.events().isEmpty()) {
        sentNanos = System.nanoTime();
      } else if (System.nanoTime() - sentNanos >= ALIVE_NANOS) {
        writer.send("alive", id, "{}");
        sentNanos = System.nanoTime();
      }
      return true;
    }
  }
}
