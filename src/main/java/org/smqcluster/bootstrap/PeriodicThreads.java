package org.smqcluster.bootstrap;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.smqcluster.threads.DaemonThreads;

/**
 * Runs what happens once a second or less often, and may wait. Not the container's executor: its
 * threads would keep the class loader of an application that is no longer deployed. Thread-safe.
 */
@ApplicationScoped
public class PeriodicThreads {

  private static final int THREADS = 4;
  private static final int PATIENCE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(THREADS, new DaemonThreads("smq-periodic"));

  public PeriodicThreads() {
    executor.setRemoveOnCancelPolicy(true);
  }

  @Produces
  @Dependent
  ScheduledExecutorService executor() {
    return executor;
  }

  /**
   * Starts no further task, and waits up to 5 s for those under way, which ask the node: before it
   * leaves the cluster.
   */
  @PreDestroy
  void end() {
    executor.shutdown();
    try {
      executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
  }
}
