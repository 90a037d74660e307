package org.smqcluster.broker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.protocol.Packet.Publish;

/**
 * The sessions of clients whose node dies. Before, tells the other nodes the subscriptions of each
 * client; after, keeps for a while what the node was not sent, and gives the node that a client
 * comes to its part. Thread-safe; nothing blocks.
 */
final class Adoption {

  /** Time that a dead node's messages are kept after the last of its clients has come elsewhere. */
  private static final long FETCH_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Executor SOON = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  /** How many times a node that is asked looks, after {@link #soon}, whether the other has died. */
  private static final int TRIES = 60;

  /**
   * Bytes of messages in one answer, one longer message excepted: as little as an outbox may hold,
   * because thousands of clients may come at once.
   */
  private static final long PART_BYTES = OutboxBudget.MIN_BOUND;

  /** Dead nodes whose messages are kept at a time. One more evicts the one that ends first. */
  private static final int MOST_DEAD = 4;

  private static final class Dead {

    private final KeptMessages kept;
    private long ends;
    private boolean isLast;

    private Dead(KeptMessages kept, long ends) {
      this.kept = kept;
      this.ends = ends;
    }

    private int part(Handover.Kept question, List<Publish> found) {
      List<Integer> ids = new ArrayList<>(question.topics());
      ids.add(question.etid());
      return kept.part(ids, question.from(), PART_BYTES, found);
    }
  }

  private final String nodeName;
  private final long graceNanos;
  private final Cluster cluster;
  private final SessionRegistry sessions;
  private final OutboxBudget outboxes;
  private final BrokerClock clock;
  private final BrokerMetrics metrics;
  private final BrokerLog log;
  private final PublishesUnderWay underWay;

  /** Clients whose subscriptions have changed since the last tick. */
  private final Set<ClientSession> changed = ConcurrentHashMap.newKeySet();

  /** At the last tick; the timer's own. */
  private boolean wasOn;

  /** What {@link #soon} completes next; null if nothing waits. */
  private final AtomicReference<CompletableFuture<Void>> news = new AtomicReference<>();

  /** By the id of the node's life. */
  private final Map<Integer, Dead> dead = new ConcurrentHashMap<>();

  Adoption(
      String nodeName,
      long graceNanos,
      Cluster cluster,
      SessionRegistry sessions,
      OutboxBudget outboxes,
      BrokerClock clock,
      BrokerMetrics metrics,
      BrokerLog log,
      PublishesUnderWay underWay) {
    this.nodeName = nodeName;
    this.graceNanos = graceNanos;
    this.cluster = cluster;
    this.sessions = sessions;
    this.outboxes = outboxes;
    this.clock = clock;
    this.metrics = metrics;
    this.log = log;
    this.underWay = underWay;
  }

  /**
   * Completes within 50 ms, the time after which a node looks again for news of another: for all
   * that wait on one thread, because thousands may.
   */
  CompletionStage<Void> soon() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> there = news.compareAndExchange(null, mine);
    if (there != null) {
      return there;
    }
    SOON.execute(
        () -> {
          news.set(null);
          mine.complete(null);
        });
    return mine;
  }

  boolean isOn() {
    return graceNanos > 0 && cluster.knowsParked();
  }

  /** Clients that may go on with their sessions here, or on another node that is left. */
  int orphans() {
    return dead.keySet().stream().mapToInt(cluster::orphans).sum();
  }

  // ---- time

  void tick(long now) {
    boolean isOn = isOn();
    if (isOn && !wasOn) {
      changed.addAll(sessions.connected());
    }
    wasOn = isOn;
    for (ClientSession session : changed) {
      changed.remove(session);
      if (isOn) {
        describe(session);
      }
    }
    dead.forEach(
        (node, each) -> {
          if (!each.isLast && cluster.orphans(node) == 0) {
            each.isLast = true;
            each.ends = Math.min(each.ends, now + FETCH_NANOS);
          }
          if (now - each.ends >= 0) {
            forget(node);
          }
        });
  }

  private void forget(int node) {
    dead.remove(node);
    log.forgotten(cluster.orphans(node));
    cluster.forget(node);
  }

  /** What a client subscribes to has changed: the others are told at the next tick. */
  void changed(ClientSession session) {
    changed.add(session);
  }

  private void describe(ClientSession session) {
    int[] tids = session.subscriptions();
    // asked afterwards: one that ends has no subscriptions left, and may be parked with those
    if (!session.isClosed()) {
      session.entry().ifPresent(entry -> cluster.describe(entry, session.user(), tids));
    }
  }

  // ---- a node dies

  void died(String name, int node, int clients) {
    if (dead.size() >= MOST_DEAD) {
      dead.entrySet().stream()
          .min(Comparator.comparingLong(each -> each.getValue().ends))
          .ifPresent(first -> forget(first.getKey()));
    }
    KeptMessages kept = new KeptMessages(() -> cluster.takeKept(node), VersionedMessage::messageOf);
    dead.put(node, new Dead(kept, clock.now() + graceNanos));
    log.died(name, clients, TimeUnit.NANOSECONDS.toSeconds(graceNanos));
  }

  /** What this node keeps for a client of a node that died, from a place in it. */
  CompletionStage<byte[]> asked(Handover.Kept question) {
    return asked(question, TRIES);
  }

  private CompletionStage<byte[]> asked(Handover.Kept question, int tries) {
    // not on the cluster's threads: the first question has all messages looked at
    return underWay.settled().thenComposeAsync(ended -> answer(question, tries));
  }

  private CompletionStage<byte[]> answer(Handover.Kept question, int tries) {
    Dead node = dead.get(question.node());
    boolean isKnown = node == null ? !cluster.isThere(question.node()) : node.kept.update();
    if (isKnown) {
      List<Publish> found = new ArrayList<>();
      int next = node == null ? Handover.END : node.part(question, found);
      return CompletableFuture.completedStage(Handover.part(next, found));
    } else if (tries == 0) {
      return CompletableFuture.failedStage(new IllegalStateException("the node is there"));
    }
    return soon().thenCompose(waited -> asked(question, tries - 1));
  }

  // ---- a client comes

  /** Whether the session of a client goes on if its node turns out to be dead. */
  boolean canAdopt(String uid) {
    return isOn() && cluster.isDescribed(uid);
  }

  /**
   * Fetches what all nodes keep for a client.
   *
   * @return never fails; without the part of a node that does not answer
   */
  CompletionStage<List<Publish>> fetch(Orphan orphan) {
    List<CompletableFuture<List<Publish>>> parts =
        Stream.concat(Stream.of(nodeName), cluster.nodes().stream().map(RemoteNode::name))
            .map(node -> fetch(node, orphan, 0, new ArrayList<>()).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> bounded(inOrder(parts.stream().flatMap(p -> p.join().stream()).toList())));
  }

  /** Ends where the client may not have more. */
  private CompletionStage<List<Publish>> fetch(
      String node, Orphan orphan, int from, List<Publish> before) {
    return cluster
        .ask(node, Handover.kept(orphan, from))
        .thenCompose(
            answer -> {
              int next = Handover.partMessages(answer, before);
              // until all that waits is measured again: thousands may fetch at once
              outboxes.moved(answer.length);
              return next == Handover.END || bytes(before) > outboxes.bound()
                  ? CompletableFuture.completedStage(before)
                  : fetch(node, orphan, next, before);
            })
        .exceptionally(
            failure -> {
              log.notAllFetched(orphan.entry(), failure);
              return before;
            });
  }

  private static long bytes(List<Publish> messages) {
    return messages.stream().mapToLong(ParkedSession::bytes).sum();
  }

  /** A publisher may have come to another node itself meanwhile. */
  private static List<Publish> inOrder(List<Publish> messages) {
    Map<Long, Queue<Publish>> bySource = new HashMap<>();
    for (Publish message : messages) {
      bySource
          .computeIfAbsent(
              PublisherNumbers.source(message),
              source -> new PriorityQueue<>(Comparator.comparingLong(m -> m.encoded().number())))
          .add(message);
    }
    return messages.stream()
        .map(message -> bySource.get(PublisherNumbers.source(message)).remove())
        .toList();
  }

  private List<Publish> bounded(List<Publish> messages) {
    long left = outboxes.bound();
    List<Publish> some = new ArrayList<>();
    for (Publish message : messages) {
      left -= ParkedSession.bytes(message);
      if (left >= 0) {
        some.add(message);
      } else {
        metrics.count(Counter.HELD_DROPPED);
      }
    }
    return some;
  }
}
