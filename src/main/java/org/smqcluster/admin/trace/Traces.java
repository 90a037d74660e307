package org.smqcluster.admin.trace;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.security.RecentSet;

/** Traces on all nodes at once. Thread-safe. */
@ApplicationScoped
public class Traces {

  /** Ended traces whose ids are kept, so that their streams notice the end. */
  private static final int ENDED_REMEMBERED = 100;

  @Inject private NodeCalls nodes;

  private final Set<String> ended = RecentSet.of(ENDED_REMEMBERED);

  /**
   * What all nodes saw.
   *
   * @param skipped packets that came too fast to be kept
   * @param running whether any node traces: not if each has too many traces
   */
  public record Seen(List<TracedPacket> packets, long skipped, boolean running) {}

  /** Starts the trace where it does not run, and takes what was seen since the last time. */
  public CompletionStage<Seen> read(String id, TraceTarget target) {
    if (ended.contains(id)) {
      return CompletableFuture.completedStage(new Seen(List.of(), 0, false));
    }
    return nodes.askAll(Tracer.READ, new Tracer.Read(id, target)).thenApply(Traces::merge);
  }

  private static Seen merge(Map<String, Trace.Seen> all) {
    List<TracedPacket> packets =
        all.entrySet().stream()
            .flatMap(each -> each.getValue().packets().stream().map(p -> p.at(each.getKey())))
            .sorted(Comparator.comparing(TracedPacket::time))
            .toList();
    long skipped = all.values().stream().mapToLong(Trace.Seen::skipped).sum();
    return new Seen(packets, skipped, !all.isEmpty());
  }

  /** Ends the trace; where this does not arrive, it ends by itself. */
  public void end(String id) {
    ended.add(id);
    nodes.askAll(Tracer.END, new Tracer.End(id));
  }
}
