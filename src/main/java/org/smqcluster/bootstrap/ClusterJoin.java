package org.smqcluster.bootstrap;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.Extension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.cluster.SharedThreads;
import org.smqcluster.config.Settings;
import org.smqcluster.payara.ServerReferences;
import org.smqcluster.threads.DaemonThreads;

/**
 * Joins the cluster while the container is still deploying the application. To look for the other
 * nodes is mostly waiting, and a third of the classes are Infinispan's and JGroups': done beside
 * the container's own work, they cost a start nearly nothing. The others see a node that is
 * joining, and for a little longer than before. Thread-safe.
 */
public class ClusterJoin implements Extension {

  /** Completes, perhaps with what is wrong, on a thread of its own. */
  private final CompletableFuture<ClusterNode> joined = new CompletableFuture<>();

  private volatile boolean taken;
  private volatile boolean ended;

  void begin(@Observes BeforeBeanDiscovery event) {
    ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
    DaemonThreads threads = new DaemonThreads("smq-join", classLoader);
    joined.completeAsync(() -> join(classLoader), task -> threads.newThread(task).start());
  }

  private static ClusterNode join(ClassLoader classLoader) {
    Settings settings = NodeConfig.read(ConfigProvider.getConfig(classLoader));
    try {
      return ClusterNode.join(NodeConfig.cluster(settings), NodeConfig.state(settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the node has joined. It is the caller's then, to close.
   *
   * @throws RuntimeException what kept it from joining
   */
  ClusterNode take() {
    taken = true;
    try {
      return joined.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Leaves the cluster if the node was not taken. */
  void abandon() {
    if (!taken) {
      taken = true;
      joined.thenAccept(ClusterNode::close).exceptionally(failedToJoin -> null).join();
    }
  }

  void stopped(@Observes BeforeShutdown event) {
    end();
  }

  /**
   * Leaves where the container has not come as far as to start the node; ends what is left. Once:
   * of a start that failed, the container tells {@link #stopped} only when it lets no class be
   * loaded.
   */
  void end() {
    if (!ended) {
      ended = true;
      abandon();
      SharedThreads.end();
      ServerReferences.remove(ClusterJoin.class.getClassLoader());
    }
  }
}
