package org.smqcluster.cluster;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.infinispan.AdvancedCache;
import org.smqcluster.cluster.ClientCodec.Held;

/**
 * Writes the entry of a client unless another node is faster.
 *
 * @param refresh brings the index in line with the cache for one UID, under the lock of the index
 */
record ConditionalWrite(
    AdvancedCache<String, byte[]> cache, ClientIndex index, Consumer<String> refresh) {

  private static final CompletionStage<Boolean> WON = CompletableFuture.completedStage(true);

  /**
   * Puts a client's entry in the place of an older one; completes with whether it is the entry now,
   * also when an earlier try made it so.
   *
   * @param old what the index has; null for no entry
   */
  CompletionStage<Boolean> write(String key, Held old, Held mine) {
    CompletionStage<Boolean> replaced =
        old == null
            ? put(key, mine).thenApply(Optional::isEmpty)
            : cache.replaceAsync(key, old.value(), mine.value());
    return replaced.thenCompose(won -> won ? WON : lost(key, old, mine));
  }

  /** The entry that stands in the way of ours, in the copy that decides. */
  private CompletionStage<Optional<byte[]>> put(String key, Held mine) {
    return cache
        .putIfAbsentAsync(key, mine.value())
        .thenApply(Optional::ofNullable)
        .thenApply(there -> there.filter(other -> !Arrays.equals(other, mine.value())));
  }

  /** Another node was faster; or copies differ, because a node died while it wrote: no longer. */
  private CompletionStage<Boolean> lost(String key, Held old, Held mine) {
    refresh.accept(key);
    Held now = index.heldByUid(key);
    return now != old || mine.sameConnection(now)
        ? CompletableFuture.completedStage(mine.sameConnection(now))
        : put(key, mine).thenCompose(there -> there.isEmpty() ? WON : spread(key, there.get()));
  }

  private CompletionStage<Boolean> spread(String key, byte[] value) {
    return cache.replaceAsync(key, value, value).thenApply(done -> false);
  }
}
