package org.smqcluster.admin.trace;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.broker.spi.Broker;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.node.SmqNode;
import org.smqcluster.protocol.WireText;

/**
 * The traces that run on this node. A trace that is not read for some seconds ends, so that none
 * outlives the page or the node that asked for it. Thread-safe.
 */
@ApplicationScoped
public class Tracer implements Operation.Provider {

  static final int MAX_TRACES = 8;

  /** A trace to start or to go on reading: it starts on every node where it does not run. */
  public record Read(String id, TraceTarget target) {}

  public record End(String id) {}

  /** Start a trace, or take what it saw; no answer if there are too many. */
  static final Operation<Read, Trace.Seen> READ =
      new Operation<>("trace-read", Read.class, Trace.Seen.class);

  static final Operation<End, Operation.Nothing> END =
      new Operation<>("trace-end", End.class, Operation.Nothing.class);

  private static final long MAX_UNREAD = TimeUnit.SECONDS.toNanos(10);

  @Inject private SmqNode node;
  @Inject private ScheduledExecutorService executor;
  private final Map<String, Trace> traces = new ConcurrentHashMap<>();
  private final Map<TraceTarget, TraceTap> taps = new HashMap<>();
  private ScheduledFuture<?> watch;

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(READ.byFinding(this::read), END.by(this::end));
  }

  private synchronized Optional<Trace.Seen> read(Read read) {
    Trace trace = traces.get(read.id());
    if (trace == null) {
      if (traces.size() >= MAX_TRACES) {
        return Optional.empty();
      }
      Broker broker = node.broker(read.target().broker());
      trace = new Trace(read.target(), broker.topics());
      traces.put(read.id(), trace);
      taps.computeIfAbsent(read.target(), target -> new TraceTap()).add(trace);
      if (watch == null) {
        watch =
            executor.scheduleWithFixedDelay(
                () -> InternalErrors.contain("the end of traces", this::endUnread),
                1,
                1,
                TimeUnit.SECONDS);
      }
    }
    attach(trace.target());
    return Optional.of(trace.take());
  }

  /** Attaches the taps again: clients may have connected, and the topic may exist, since then. */
  private void attach(TraceTarget target) {
    TraceTap tap = taps.get(target);
    Broker broker = node.broker(target.broker());
    if (target.topic() != null) {
      broker.tapTopic(WireText.parsePrintable(target.topic()), tap::published);
    } else {
      broker.clients().stream()
          .filter(client -> isTarget(client, target))
          .forEach(client -> client.tap(tap));
    }
  }

  private static boolean isTarget(Client client, TraceTarget target) {
    return WireText.printable(client.uid()).equals(target.uid());
  }

  private synchronized Operation.Nothing end(End end) {
    Trace trace = traces.remove(end.id());
    if (trace != null && taps.get(trace.target()).remove(trace)) {
      taps.remove(trace.target());
      detach(trace.target());
    }
    if (traces.isEmpty() && watch != null) {
      watch.cancel(false);
      watch = null;
    }
    return new Operation.Nothing();
  }

  private void detach(TraceTarget target) {
    Broker broker = node.broker(target.broker());
    if (target.topic() == null) {
      broker.clients().stream()
          .filter(client -> isTarget(client, target))
          .forEach(client -> client.untap());
    } else {
      broker.untapTopic(WireText.parsePrintable(target.topic()));
    }
  }

  private void endUnread() {
    long now = System.nanoTime();
    traces.entrySet().stream()
        .filter(each -> each.getValue().unreadNanos(now) > MAX_UNREAD)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(id -> end(new End(id)));
  }

  @PreDestroy
  synchronized void stop() {
    if (watch != null) {
      watch.cancel(false);
    }
  }
}
