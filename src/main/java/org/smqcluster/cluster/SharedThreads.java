package org.smqcluster.cluster;

import io.reactivex.rxjava3.schedulers.Schedulers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.infinispan.commons.ThreadGroups;

/**
 * What Infinispan's libraries share among all nodes of a class loader. Each of it would keep the
 * class loader of an application that is no longer deployed.
 */
public final class SharedThreads {

  private static final Logger LOG = System.getLogger(SharedThreads.class.getName());
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long POLL_MILLIS = 10;

  private SharedThreads() {}

  /** Ends it, after the last node of this class loader; waits 5 s at most for their threads. */
  public static void end() {
    Schedulers.shutdown();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    remove(ThreadGroups.NON_BLOCKING_GROUP, deadline);
    remove(ThreadGroups.BLOCKING_GROUP, deadline);
  }

  /** Java 17 and 18 keep a group until it is destroyed, later ones only while it has threads. */
  @SuppressWarnings("removal")
  private static void remove(ThreadGroup group, long deadline) {
    try {
      while (group.activeCount() > 0 && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
      }
      group.destroy();
    } catch (IllegalThreadStateException | NoSuchMethodError e) {
      LOG.log(Level.DEBUG, "Cannot destroy " + group, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
