package org.smqcluster.cluster;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The writes of this node to one table: at most one in flight for each key. What is asked for while
 * a key is being written waits here, and of each kind only the latest is made. So neither a client
 * that changes something as fast as it can nor a slow cache makes a queue: Infinispan would keep
 * every write of a key on all nodes, one behind the other, until locks time out.
 *
 * <p>Thread-safe; nothing blocks. Stages complete on the threads of the cache.
 *
 * @param <K> key type of the cache
 */
final class KeyWrites<K> {

  private final CacheWrites writes;
  private final long pauseNanos;

  /** The keys that are being written, or were so less than a pause ago. */
  private final Map<K, Line> lines = new ConcurrentHashMap<>();

  KeyWrites(CacheWrites writes) {
    this(writes, Duration.ZERO);
  }

  /**
   * Makes the writes of a table that changes often.
   *
   * @param pause shortest time from the begin of one write of a key to the next
   */
  KeyWrites(CacheWrites writes, Duration pause) {
    this.writes = writes;
    this.pauseNanos = pause.toNanos();
  }

  /**
   * Makes a write of the state that the supplier finds when the write begins. One that still waits
   * is replaced by a later one of its kind, also between two tries.
   *
   * @param kind tells which writes of the key replace each other; all have one type of result
   * @param write must be harmless to make twice
   * @return completes when this write, or the one that replaced it, is made
   */
  <T> CompletionStage<T> latest(K key, Object kind, Supplier<? extends CompletionStage<T>> write) {
    return add(key, kind, false, write);
  }

  /**
   * Makes a write whose result matters when those before it are made. The caller bounds how many
   * wait for a key.
   *
   * @param here whether it starts on the caller's thread if it is its turn at once: see {@link
   *     CacheWrites#submitHere}
   * @param write must be harmless to make twice
   */
  <T> CompletionStage<T> inTurn(K key, boolean here, Supplier<? extends CompletionStage<T>> write) {
    return add(key, new Object(), here, write);
  }

  /** Whether the key is being written, or waits for it. */
  boolean isBusy(K key) {
    return lines.containsKey(key);
  }

  /** A kind that waits has one type of result. */
  @SuppressWarnings("unchecked")
  private <T> CompletionStage<T> add(
      K key, Object kind, boolean here, Supplier<? extends CompletionStage<T>> supplier) {
    boolean[] first = {false};
    Write<?>[] added = {null};
    lines.compute(
        key,
        (k, there) -> {
          first[0] = there == null;
          Line line = there == null ? new Line() : there;
          Write<T> write =
              (Write<T>) line.waiting.computeIfAbsent(kind, absent -> new Write<T>(kind));
          write.supplier = supplier;
          added[0] = write;
          return line;
        });
    if (first[0]) {
      next(key, here);
    }
    return ((Write<T>) added[0]).done;
  }

  /** Begins the next write of a key, or lets go of the key. */
  private void next(K key, boolean here) {
    long[] pause = {0};
    Write<?>[] first = {null};
    lines.computeIfPresent(
        key,
        (k, line) -> {
          pause[0] = line.written ? line.beganNanos + pauseNanos - System.nanoTime() : 0;
          if (pause[0] > 0) {
            return line;
          }
          first[0] = line.poll();
          return first[0] == null ? null : line;
        });
    if (pause[0] > 0) {
      long millis = TimeUnit.NANOSECONDS.toMillis(pause[0]) + 1;
      if (!writes.later(() -> next(key, false), millis)) {
        lines
            .remove(key)
            .waiting
            .values()
            .forEach(write -> write.end(null, CacheWrites.left(null)));
      }
    } else if (first[0] != null) {
      run(key, first[0], here);
    }
  }

  private <T> void run(K key, Write<T> write, boolean here) {
    Supplier<CompletionStage<T>> begin = () -> begin(key, write);
    CompletionStage<T> made = here ? writes.submitHere(begin) : writes.submit(begin);
    made.whenComplete(
        (result, failure) -> {
          next(key, false);
          write.end(result, failure);
        });
  }

  private <T> CompletionStage<T> begin(K key, Write<T> write) {
    lines.computeIfPresent(
        key,
        (k, line) -> {
          line.began();
          write.replaceBy(line.waiting.remove(write.kind));
          return line;
        });
    return write.supplier.get();
  }

  /** What waits for one key; guarded by the map's operations on the key. */
  private static final class Line {

    private final Map<Object, Write<?>> waiting = new LinkedHashMap<>(2);
    private long beganNanos;
    private boolean written;

    private void began() {
      beganNanos = System.nanoTime();
      written = true;
    }

    private Write<?> poll() {
      var all = waiting.values().iterator();
      if (!all.hasNext()) {
        return null;
      }
      Write<?> first = all.next();
      all.remove();
      return first;
    }
  }

  /** One write, for all callers that asked for it. */
  private static final class Write<T> {

    private final Object kind;
    private final CompletableFuture<T> done = new CompletableFuture<>();

    /** Guarded by the map's operations on the key while the write waits. */
    private Supplier<? extends CompletionStage<T>> supplier;

    private Write(Object kind) {
      this.kind = kind;
    }

    /** Goes on with a later one of its kind, if there is one. */
    @SuppressWarnings("unchecked")
    private void replaceBy(Write<?> later) {
      if (later != null) {
        supplier = ((Write<T>) later).supplier;
        done.whenComplete(((Write<T>) later)::end);
      }
    }

    private void end(T result, Throwable failure) {
      if (failure == null) {
        done.complete(result);
      } else {
        done.completeExceptionally(failure);
      }
    }
  }
}
