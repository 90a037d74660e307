package org.smqcluster.admin.api;

import jakarta.ws.rs.sse.Sse;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smqcluster.admin.trace.TraceTarget;
import org.smqcluster.admin.trace.TracedPacket;
import org.smqcluster.admin.trace.Traces;

/** One reader of a trace. Used by one thread. */
final class TraceSource implements LiveStreams.Source {

  private static final long PATIENCE_SECONDS = 10;

  private final Traces traces;
  private final Sse sse;
  private final String id;
  private final TraceTarget target;
  private final long endNanos;
  private boolean started;

  TraceSource(Traces traces, Sse sse, String id, TraceTarget target, int seconds) {
    this.traces = traces;
    this.sse = sse;
    this.id = id;
    this.target = target;
    this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  @Override
  public boolean send(LiveStreams.Sink sink)
      throws InterruptedException, ExecutionException, TimeoutException {
    Traces.Seen seen =
        traces.read(id, target).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!started) {
      started = true;
      send(sink, "started", JsonFormat.JSONB.toJson(target));
    }
    for (TracedPacket packet : seen.packets()) {
      send(sink, "packet", JsonFormat.JSONB.toJson(packet));
    }
    if (seen.skipped() > 0) {
      send(sink, "skipped", "{\"count\":" + seen.skipped() + "}");
    }
    if (!seen.running()) {
      send(sink, "end", "{\"reason\":\"Too many traces run on every node: stop one.\"}");
      return false;
    }
    if (System.nanoTime() - endNanos >= 0) {
      send(sink, "end", "{\"reason\":\"The time is over.\"}");
      return false;
    }
    return true;
  }

  private void send(LiveStreams.Sink sink, String name, String data)
      throws InterruptedException, ExecutionException, TimeoutException {
    sink.send(sse.newEventBuilder().name(name).id(id).data(data).build());
  }
}
