package org.smqcluster.cluster;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.threads.DaemonThreads;

/** The threads on which a node's writes to the caches begin, with their timer and their watch. */
final class CacheWriters {

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, new DaemonThreads("smq-cluster-timer"));
  private final WriteWatch watch = new WriteWatch();
  private final ExecutorService entryThread =
      Executors.newSingleThreadExecutor(new DaemonThreads("smq-cluster-writes"));
  private final ExecutorService recordThread =
      Executors.newSingleThreadExecutor(new DaemonThreads("smq-cluster-records"));
  private final CacheWrites entries = new CacheWrites(entryThread, timer, watch);
  private final CacheWrites records =
      new CacheWrites(recordThread, timer, watch, CacheWrites.RECORDS_WINDOW);

  CacheWriters() {
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Writes of nodes, clients, interest and names. */
  CacheWrites entries() {
    return entries;
  }

  /** Writes of shared maps, apart, so that clients that connect do not wait for them. */
  CacheWrites records() {
    return records;
  }

  /** For retries, and other work that is soon done. */
  ScheduledExecutorService timer() {
    return timer;
  }

  WriteWatch watch() {
    return watch;
  }

  /** Ends the watch and the timer; writes go on. */
  void stopTimer() {
    InternalErrors.contain("the end of the cluster's timer", watch::stop, timer::shutdownNow);
  }

  /** Lets no further write begin. */
  void stop() {
    entryThread.shutdown();
    recordThread.shutdown();
  }
}
