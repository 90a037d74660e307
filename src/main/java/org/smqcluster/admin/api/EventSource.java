package org.smqcluster.admin.api;

import jakarta.ws.rs.sse.Sse;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.smqcluster.admin.events.AdminEvent;
import org.smqcluster.admin.events.EventFeed;

/** One reader of the cluster's events: knows where it is. Used by one thread. */
final class EventSource implements LiveStreams.Source {

  private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PATIENCE_SECONDS = 10;

  private final EventFeed feed;
  private final Sse sse;
  private final int history;
  private Map<String, Long> position;
  private long sentNanos = System.nanoTime() - ALIVE_NANOS;

  EventSource(EventFeed feed, Sse sse, Map<String, Long> position, int history) {
    this.feed = feed;
    this.sse = sse;
    this.position = position;
    this.history = history;
  }

  @Override
  public boolean send(LiveStreams.Sink sink)
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
      send(sink, "lost", id, "{\"count\":" + news.lost() + "}");
    }
    for (AdminEvent event : news.events()) {
      send(sink, event.type(), id, JsonFormat.JSONB.toJson(event));
    }
    if (System.nanoTime() - sentNanos >= ALIVE_NANOS) {
      send(sink, "alive", id, "{}");
    }
    return true;
  }

  private void send(LiveStreams.Sink sink, String name, String id, String data)
      throws InterruptedException, ExecutionException, TimeoutException {
    sink.send(sse.newEventBuilder().name(name).id(id).data(data).build());
    sentNanos = System.nanoTime();
  }
}
