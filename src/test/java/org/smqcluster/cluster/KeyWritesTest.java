package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.infinispan.AdvancedCache;
import org.infinispan.manager.EmbeddedCacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.Await;

/** Writes to a real, replicated cache of Infinispan: two nodes in this JVM. */
class KeyWritesTest {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final WriteWatch watch = new WriteWatch();
  private final CacheWrites writes = new CacheWrites(thread, thread, watch, CacheWrites.WINDOW);
  private final KeyWrites<String> keys = new KeyWrites<>(writes);
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();
  private final List<EmbeddedCacheManager> managers = new ArrayList<>();
  private final List<AdvancedCache<String, Integer>> caches = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    for (int port : ports) {
      ClusterConfig config = TestNode.config("n" + port, port, ports);
      EmbeddedCacheManager manager = CacheSettings.manager(ClusterStack.channel(config), config);
      manager.defineConfiguration("c", CacheSettings.replicated(CacheSettings::first));
      managers.add(manager);
      caches.add(manager.<String, Integer>getCache("c").getAdvancedCache());
    }
    Await.until("two nodes", BOUND, () -> managers.get(0).getMembers().size() == 2);
  }

  @AfterEach
  void close() {
    thread.shutdownNow();
    managers.forEach(EmbeddedCacheManager::stop);
  }

  private CompletionStage<Integer> put(String key, int value) {
    most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    made.incrementAndGet();
    return caches.get(0).putAsync(key, value).whenComplete((old, e) -> inFlight.decrementAndGet());
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void ofAHundredThousandChangesOneIsInFlightAtATimeAndTheLastIsKept() throws Exception {
    int changes = 100_000;
    int[] wanted = {0};
    List<CompletionStage<Integer>> known = new ArrayList<>();
    for (int i = 1; i <= changes; i++) {
      int value = i;
      known.add(keys.latest("k", "state", () -> put("k", value)));
      wanted[0] = i;
    }
    for (CompletionStage<Integer> each : known) {
      await(each);
    }
    assertEquals(1, most.get());
    assertTrue(made.get() < changes / 10, made + " writes");
    assertEquals(List.of(changes, changes), caches.stream().map(cache -> cache.get("k")).toList());
    assertFalse(keys.isBusy("k"));
  }

  @Test
  void aChangeIsKnownWhenItsValueOrALaterOneIsInAllCopies() throws Exception {
    AtomicInteger wanted = new AtomicInteger();
    for (int i = 1; i <= 2000; i++) {
      wanted.set(i);
      int least = i;
      CompletionStage<Integer> known = keys.latest("k", "state", () -> put("k", wanted.get()));
      if (i % 10 == 0) {
        await(known.thenRun(() -> assertTrue(caches.get(1).get("k") >= least)));
      }
    }
    assertEquals(1, most.get());
  }

  @Test
  void writesWithResultsTakeTurnsInTheirOrder() throws Exception {
    List<Integer> order = new ArrayList<>();
    List<CompletionStage<Integer>> all =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    keys.inTurn(
                        "k",
                        i % 2 == 0,
                        () -> {
                          order.add(i);
                          return put("k", i);
                        }))
            .toList();
    for (int i = 1; i < all.size(); i++) {
      assertEquals(i - 1, await(all.get(i)));
    }
    assertEquals(IntStream.range(0, 100).boxed().toList(), order);
    assertEquals(1, most.get());
  }

  @Test
  void aWriteStartsOnTheCallersThreadOnlyIfItsKeyIsFreeAndTheWindowHasRoom() throws Exception {
    List<CompletableFuture<Void>> underWay = new ArrayList<>();
    List<CompletableFuture<Thread>> starts = new ArrayList<>();
    for (int i = 0; i <= CacheWrites.WINDOW; i++) {
      startHere("k" + i, starts, underWay);
    }
    startHere("k0", starts, underWay);
    Thread here = Thread.currentThread();
    for (CompletableFuture<Thread> each : starts.subList(0, CacheWrites.WINDOW)) {
      assertEquals(here, each.getNow(null));
    }
    assertFalse(starts.get(CacheWrites.WINDOW).isDone());
    assertFalse(starts.get(CacheWrites.WINDOW + 1).isDone());
    underWay.forEach(each -> each.complete(null));
    for (CompletableFuture<Thread> each : starts.subList(CacheWrites.WINDOW, starts.size())) {
      assertNotEquals(here, await(each));
    }
  }

  private void startHere(
      String key, List<CompletableFuture<Thread>> starts, List<CompletableFuture<Void>> underWay) {
    CompletableFuture<Thread> start = new CompletableFuture<>();
    CompletableFuture<Void> write = new CompletableFuture<>();
    starts.add(start);
    underWay.add(write);
    keys.inTurn(
        key,
        true,
        () -> {
          start.complete(Thread.currentThread());
          return write;
        });
  }

  @Test
  void aWriteThatFailsGoesOnWithTheLatest() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    CompletableFuture<Integer> first = new CompletableFuture<>();
    CompletionStage<Integer> one =
        keys.latest("k", "state", () -> tries.incrementAndGet() == 1 ? first : put("k", 1));
    Await.until("begun", BOUND, () -> tries.get() == 1);
    CompletionStage<Integer> two = keys.latest("k", "state", () -> put("k", 2));
    first.completeExceptionally(new IllegalStateException("a node has left"));
    await(one);
    await(two);
    assertEquals(1, made.get());
    assertEquals(2, caches.get(1).get("k"));
  }

  @Test
  void aKeyThatMayChangeTenTimesASecondDoesNoMoreAndEndsWithTheLast() throws Exception {
    KeyWrites<String> slow = new KeyWrites<>(writes, Duration.ofMillis(100));
    int[] value = {0};
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < 1_000_000_000L) {
      int next = ++value[0];
      slow.latest("k", "state", () -> put("k", next));
      Thread.onSpinWait();
    }
    await(slow.latest("k", "state", () -> put("k", value[0])));
    double seconds = (System.nanoTime() - begin) / 1e9;
    assertTrue(made.get() <= 10 * seconds + 1, made + " writes in " + seconds + " s");
    assertEquals(value[0], caches.get(1).get("k"));
  }

  @Test
  void noMoreWritesThanTheWindowAreInFlightWhateverTheKeys() throws Exception {
    List<CompletionStage<Integer>> all =
        IntStream.range(0, 5000)
            .mapToObj(i -> keys.latest("k" + i, "state", () -> put("k" + i, i)))
            .toList();
    for (CompletionStage<Integer> each : all) {
      await(each);
    }
    assertTrue(most.get() <= CacheWrites.WINDOW, most + " in flight");
    assertEquals(5000, caches.get(1).size());
  }

  @Test
  void whatIsAskedForWhenTheNodeHasLeftFails() {
    thread.shutdownNow();
    CompletionStage<Integer> late = keys.latest("k", "state", () -> put("k", 1));
    assertThrows(CompletionException.class, late.toCompletableFuture()::join);
    assertFalse(keys.isBusy("k"));
  }
}
