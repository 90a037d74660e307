package org.smqcluster.admin.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.Operation;

/** The last operations of administrators at each node, in memory. Thread-safe. */
@ApplicationScoped
public class AuditLog implements Operation.Provider {

  /** Operations that a node remembers: half a megabyte. */
  public static final int CAPACITY = 1000;

  /** Whose entries are wanted: one user's, or those of all users if it is empty. */
  public record Wanted(String user, int count) {}

  @Schema(name = "AuditEntry", description = "An operation of an administrator")
  public record Entry(
      Instant time,
      @Schema(description = "The node that was asked", example = "node1") String node,
      @Schema(example = "admin") String user,
      @Schema(description = "The IP address that the request came from", example = "192.168.1.5")
          String address,
      @Schema(example = "POST") String method,
      @Schema(
              description = "Path below /api/ with its query, cut after 500 bytes",
              example = "cluster/nodes/node2/drain")
          String path,
      @Schema(
              description = "What the request's body says, without secrets and payloads",
              example = "seconds=3600, reason=it floods")
          String detail,
      @Schema(description = "HTTP status of the answer", example = "202") int status) {

    /** An entry; one of a node that knows no details has an empty one. */
    public Entry {
      detail = detail == null ? "" : detail;
    }
  }

  public record Entries(List<Entry> entries) {}

  static final Operation<Wanted, Entries> AUDIT =
      new Operation<>("audit", Wanted.class, Entries.class);

  private static final Comparator<Entry> LATEST_FIRST =
      Comparator.comparing(Entry::time).reversed();

  @Inject private NodeCalls nodes;
  private final Deque<Entry> entries = new ArrayDeque<>();

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(AUDIT.by(this::own));
  }

  synchronized void add(Entry entry) {
    entries.addFirst(entry);
    if (entries.size() > CAPACITY) {
      entries.removeLast();
    }
  }

  private synchronized Entries own(Wanted wanted) {
    return new Entries(
        entries.stream()
            .filter(entry -> wanted.user().isEmpty() || entry.user().equals(wanted.user()))
            .limit(wanted.count())
            .toList());
  }

  /** The latest operations at all nodes, the latest first. */
  public CompletionStage<List<Entry>> latest(Wanted wanted) {
    return nodes
        .askAll(AUDIT, wanted)
        .thenApply(
            answers ->
                answers.values().stream()
                    .flatMap(answer -> answer.entries().stream())
                    .sorted(LATEST_FIRST)
                    .limit(wanted.count())
                    .toList());
  }
}
