package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.infinispan.Cache;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.manager.EmbeddedCacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Repair of a node's interest while its clients come and go. */
class InterestTableTest {

  private static final int SELF = 1;
  private static final int TID = 7;
  private static final long KEY = (long) SELF << 32 | TID;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final CountDownLatch writesMayBegin = new CountDownLatch(1);
  private EmbeddedCacheManager manager;
  private Cache<Long, Integer> cache;
  private InterestTable table;

  @BeforeEach
  void open() {
    GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
    global.jmx().disable();
    manager = new DefaultCacheManager(global.build());
    manager.defineConfiguration("interest", new ConfigurationBuilder().build());
    cache = manager.getCache("interest");
    CacheWrites writes = new CacheWrites(thread, thread, new WriteWatch(), CacheWrites.WINDOW);
    table = new InterestTable(cache, SELF, writes, null, node -> null, new Object());
    table.start();
    thread.execute(
        () -> {
          try {
            writesMayBegin.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @AfterEach
  void close() {
    thread.shutdownNow();
    manager.stop();
  }

  private static void await(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aSubscriptionOutlivesARepairThatBeganBeforeIt() throws Exception {
    cache.put(KEY, 3);
    table.withdraw(KEY);
    subscribeAndLetWritesBegin();
  }

  @Test
  void aSubscriptionOutlivesTheRepairOfAMerge() throws Exception {
    cache.put(KEY, 3);
    table.assertOwn();
    subscribeAndLetWritesBegin();
  }

  private void subscribeAndLetWritesBegin() throws Exception {
    CompletionStage<Void> known = table.announce(TID, 1);
    writesMayBegin.countDown();
    await(known);
    await(table.announce(TID + 1, 1));

    assertEquals(Map.of(KEY, 1L, KEY + 1, 1L), table.own());
    assertEquals(Map.of(KEY, 1, KEY + 1, 1), Map.copyOf(cache));
  }

  @Test
  void entriesOfNoLivingNodeAreRemoved() throws Exception {
    cache.put(KEY, 3);
    table.withdraw(KEY);
    writesMayBegin.countDown();
    await(table.announce(TID + 1, 1));

    assertEquals(Map.of(KEY + 1, 1), Map.copyOf(cache));
  }
}
