package org.smqcluster.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.NameSpace;

/** A cluster that settles names and interest only when the test says so. */
final class DelayedCluster extends ForwardingCluster {

  private final Queue<Runnable> names = new ArrayDeque<>();
  private final List<Runnable> interests = new ArrayList<>();
  boolean delayed;
  long keptBytes;

  DelayedCluster(Cluster inner) {
    super(inner);
  }

  /** Settles everything that waits, interest first and the last of it before the first. */
  void settle() {
    while (!names.isEmpty() || !interests.isEmpty()) {
      while (!interests.isEmpty()) {
        interests.remove(interests.size() - 1).run();
      }
      if (!names.isEmpty()) {
        names.remove().run();
      }
    }
  }

  /** Everything that waits fails, as when no other node answers. */
  void fail() {
    names.clear();
    interests.clear();
    resolving.clear();
    List<CompletableFuture<?>> failing = List.copyOf(failures);
    failures.clear();
    failing.forEach(f -> f.completeExceptionally(new IllegalStateException("no answer")));
  }

  private final List<CompletableFuture<?>> failures = new ArrayList<>();

  /** Two requests for one name at the same time share the answer, as in the real one. */
  private final Map<String, CompletableFuture<Integer>> resolving = new HashMap<>();

  @Override
  public CompletionStage<Integer> resolve(NameSpace space, String name) {
    if (!delayed) {
      return super.resolve(space, name);
    }
    return resolving.computeIfAbsent(
        space + name,
        asked -> {
          CompletableFuture<Integer> result = new CompletableFuture<>();
          failures.add(result);
          names.add(
              () -> {
                resolving.remove(asked);
                super.resolve(space, name).thenAccept(result::complete);
              });
          return result;
        });
  }

  @Override
  public long keptBytes() {
    return keptBytes;
  }

  @Override
  public CompletionStage<Void> announceInterest(int tid, int subscribers) {
    if (!delayed) {
      return inner.announceInterest(tid, subscribers);
    }
    CompletableFuture<Void> result = new CompletableFuture<>();
    failures.add(result);
    interests.add(() -> result.complete(null));
    return result;
  }
}
