package org.smqcluster.admin.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.smqcluster.admin.nodes.NodeCalls;
import org.smqcluster.admin.nodes.Operation;
import org.smqcluster.admin.nodes.Operations;

/** The last operations of administrators at each node, in memory. Thread-safe. */
@ApplicationScoped
public class AuditLog implements Operations {

  /** Operations that a node remembers: half a megabyte. */
  public static final int CAPACITY = 1000;

  /** Whose entries are wanted: one user's, or those of all users if it is empty. */
  public record Wanted(String user, int count) {}

  public record Entries(List<AuditEntry> entries) {}

  static final Operation<Wanted, Entries> AUDIT =
      new Operation<>("audit", Wanted.class, Entries.class);

  private static final Comparator<AuditEntry> LATEST_FIRST =
      Comparator.comparing(AuditEntry::time).reversed();

  @Inject private NodeCalls nodes;
  private final Deque<AuditEntry> entries = new ArrayDeque<>();

  @Override
  public List<Operation.Answering<?, ?>> operations() {
    return List.of(AUDIT.by(this::own));
  }

  synchronized void add(AuditEntry entry) {
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
  public CompletionStage<List<AuditEntry>> latest(Wanted wanted) {
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
