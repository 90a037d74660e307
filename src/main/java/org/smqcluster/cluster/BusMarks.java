package org.smqcluster.cluster;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Marks that other nodes put behind what they have sent to this one: when all have come, so has all
 * that was sent before. Thread-safe.
 */
final class BusMarks {

  private static final long MAX_WAIT_SECONDS = 5;

  private record Awaited(Set<Integer> nodes, CompletableFuture<Void> all) {

    private void arrived(int node) {
      nodes.remove(node);
      if (nodes.isEmpty()) {
        all.complete(null);
      }
    }
  }

  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Awaited> awaited = new ConcurrentHashMap<>();

  /**
   * Asks nodes for a mark.
   *
   * @param ask asks a node for the mark of this number
   * @return completes when the marks of all have come, their nodes are gone, or the time is up
   */
  CompletionStage<Void> await(Collection<Integer> nodes, BiConsumer<Integer, Long> ask) {
    long number = numbers.incrementAndGet();
    Set<Integer> asked = ConcurrentHashMap.newKeySet();
    asked.addAll(nodes);
    if (asked.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    CompletableFuture<Void> all = new CompletableFuture<>();
    awaited.put(number, new Awaited(asked, all));
    nodes.forEach(node -> ask.accept(node, number));
    return all.completeOnTimeout(null, MAX_WAIT_SECONDS, TimeUnit.SECONDS)
        .whenComplete((done, failure) -> awaited.remove(number));
  }

  void arrived(int node, long number) {
    Awaited waits = awaited.get(number);
    if (waits != null) {
      waits.arrived(node);
    }
  }

  void gone(int node) {
    awaited.values().forEach(waits -> waits.arrived(node));
  }
}
