package org.smqcluster.cluster;

import java.util.List;
import java.util.function.BinaryOperator;
import javax.sql.DataSource;
import org.infinispan.commons.marshall.WrappedByteArray;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.container.entries.CacheEntry;
import org.infinispan.factories.threads.EnhancedQueueExecutorFactory;
import org.infinispan.factories.threads.NonBlockingThreadPoolExecutorFactory;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.manager.EmbeddedCacheManager;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.jgroups.JGroupsChannelConfigurator;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.JChannel;
import org.jgroups.conf.ProtocolConfiguration;
import org.jgroups.util.SocketFactory;

/** How the caches are replicated, and what becomes of their entries when a split is over. */
final class CacheSettings {

  /** Few: each is moved and compared on its own when nodes come and merge. */
  private static final int SEGMENTS = 16;

  /** As Infinispan's own default. */
  private static final int BLOCKING_THREADS = 150;

  private static final long LOCK_TIMEOUT_MILLIS = 10_000;
  private static final long REMOTE_TIMEOUT_MILLIS = 15_000;
  private static final long STATE_TIMEOUT_MILLIS = 30_000;

  private CacheSettings() {}

  /**
   * A cache that all nodes hold whole, writes waiting for all of them; each side of a split goes on
   * with it.
   *
   * @param merge chooses between the values of two sides; what only one side has is kept
   */
  static Configuration replicated(BinaryOperator<Object> merge) {
    ConfigurationBuilder builder = new ConfigurationBuilder();
    builder
        .clustering()
        .cacheMode(CacheMode.REPL_SYNC)
        .remoteTimeout(REMOTE_TIMEOUT_MILLIS)
        .hash()
        .numSegments(SEGMENTS);
    builder.clustering().stateTransfer().awaitInitialTransfer(true).timeout(STATE_TIMEOUT_MILLIS);
    builder
        .clustering()
        .partitionHandling()
        .whenSplit(PartitionHandling.ALLOW_READ_WRITES)
        .mergePolicy(policy(merge));
    builder.locking().lockAcquisitionTimeout(LOCK_TIMEOUT_MILLIS);
    builder.expiration().wakeUpInterval(-1L);
    builder.statistics().disable();
    return builder.build();
  }

  private static EntryMergePolicy<Object, Object> policy(BinaryOperator<Object> merge) {
    return (preferred, others) -> {
      CacheEntry<Object, Object> best = preferred;
      for (CacheEntry<Object, Object> other : others) {
        best = choose(best, other, merge);
      }
      return best;
    };
  }

  private static CacheEntry<Object, Object> choose(
      CacheEntry<Object, Object> one,
      CacheEntry<Object, Object> other,
      BinaryOperator<Object> merge) {
    if (one == null || one.getValue() == null) {
      return other;
    } else if (other == null || other.getValue() == null) {
      return one;
    }
    return merge.apply(one.getValue(), other.getValue()) == one.getValue() ? one : other;
  }

  /** For entries that one node alone writes: it will write again if the wrong one is kept. */
  static Object first(Object one, Object other) {
    return one;
  }

  /** The later connection of a UID; of an entry that this node cannot read, the other. */
  static Object laterClient(Object one, Object other) {
    try {
      return client(other).isLaterThan(client(one)) ? other : one;
    } catch (UnknownFormatException e) {
      return one;
    }
  }

  private static ClientCodec.Held client(Object stored) {
    return ClientCodec.decode("", bytes(stored));
  }

  /** The bytes of a value as a merge policy gets it: wrapped, where an array is stored. */
  static byte[] bytes(Object stored) {
    return stored instanceof WrappedByteArray wrapped ? wrapped.getBytes() : (byte[]) stored;
  }

  /** The name that comes first in the alphabet keeps an id that two sides gave out. */
  static Object smallerName(Object one, Object other) {
    return one.toString().compareTo(other.toString()) <= 0 ? one : other;
  }

  /**
   * A manager of caches on this channel, which it connects.
   *
   * <p>No queue of a pool blocks, runs in the caller, or drops what cannot be sent again. Read in
   * Infinispan 15.2.6 and JGroups 5.4.5:
   *
   * <ul>
   *   <li>Infinispan's non-blocking pool: {@code NonBlockingRejectedExecutionHandler} blocks a
   *       caller of another pool while the queue, 1,000 by default, is full. {@code
   *       PerKeyLockContainer.release} is such a caller, from inside {@code
   *       ConcurrentHashMap.computeIfPresent}; the pool's threads then wait for that bin of the
   *       map, and the node is stuck forever. Here its queue cannot be full. It holds a few tasks
   *       for each write in flight, and those are bounded: one a key and node ({@link KeyWrites}),
   *       and {@link CacheWrites#WINDOW} a node.
   *   <li>Blocking pool (state transfer): when its queue, 5,000, is full, it fails tasks of the
   *       non-blocking pool and runs those of others in the caller. Here it cannot be full.
   *   <li>Listener pool: likewise, 1,000; unused, because the listeners are synchronous. Here it
   *       cannot be full. Expiration and time-outs: scheduled executors, whose queues have no
   *       bound.
   *   <li>JGroups' thread pool (200, no queue, policy abort), the bundler's queue ({@code
   *       drop_when_full}), and the queues of connections ({@code non_blocking_sends}, 1,024; 256
   *       of {@link AsyncConnectTcp}) drop when they are full; UNICAST3 and NAKACK2 send again.
   *       Timers that the pool rejects get a thread.
   *   <li>UFC and MFC block a sender without credits (4 MB for each receiver). No lock container's
   *       bin is held then: a lock is granted by way of the non-blocking pool. {@link
   *       CacheWrites#WINDOW} keeps writes below the credits; the bus and Infinispan's answers need
   *       none.
   * </ul>
   */
  static EmbeddedCacheManager manager(JChannel channel, ClusterConfig config) {
    GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
    global.classLoader(CacheSettings.class.getClassLoader());
    global.cacheManagerName(config.nodeName());
    global.jmx().disable();
    global.metrics().gauges(false).histograms(false);
    global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
    global
        .nonBlockingThreadPool()
        .threadPoolFactory(
            NonBlockingThreadPoolExecutorFactory.create(
                2 * Runtime.getRuntime().availableProcessors(), Integer.MAX_VALUE));
    global
        .blockingThreadPool()
        .threadPoolFactory(
            EnhancedQueueExecutorFactory.create(BLOCKING_THREADS, Integer.MAX_VALUE));
    global
        .listenerThreadPool()
        .threadPoolFactory(EnhancedQueueExecutorFactory.create(1, Integer.MAX_VALUE));
    global
        .transport()
        .defaultTransport()
        .clusterName(config.clusterName())
        .nodeName(config.nodeName())
        .distributedSyncTimeout(STATE_TIMEOUT_MILLIS)
        .addProperty(JGroupsTransport.CHANNEL_CONFIGURATOR, new GivenChannel(channel));
    return new DefaultCacheManager(global.build());
  }

  /** Hands a channel to Infinispan that was made elsewhere. */
  private record GivenChannel(JChannel channel) implements JGroupsChannelConfigurator {

    @Override
    public JChannel createChannel(String name) {
      return channel;
    }

    @Override
    public String getName() {
      return "smq";
    }

    @Override
    public String getProtocolStackString() {
      return channel.getProtocolStack().printProtocolSpec(false);
    }

    @Override
    public List<ProtocolConfiguration> getProtocolStack() {
      return List.of();
    }

    @Override
    public void setSocketFactory(SocketFactory factory) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setDataSource(DataSource source) {
      throw new UnsupportedOperationException();
    }
  }
}
