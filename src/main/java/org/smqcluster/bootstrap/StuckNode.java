package org.smqcluster.bootstrap;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.smqcluster.cluster.ClusterNode;
import org.smqcluster.node.SmqNode;

/**
 * Ends a node whose writes to the cluster's caches no longer end: it can let no client in, and all
 * other nodes wait for it. Its clients go to other nodes, it leaves the cluster, and its process
 * ends to be started again, if it is there for the node alone.
 *
 * @param endsProcess whether this process runs nothing but the node
 */
record StuckNode(SmqNode node, boolean endsProcess) {

  /** The status of the process then: EX_SOFTWARE of sysexits.h. */
  static final int STATUS = 70;

  private static final Logger LOG = System.getLogger(StuckNode.class.getName());

  /** Time for the last bytes to the clients, and again for the last word to the other nodes. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** Waits for nothing that may be stuck, longer than a few seconds. */
  void end() {
    ClusterNode cluster = node.cluster();
    LOG.log(
        Level.ERROR,
        "Node {0} is stuck: a write to the caches of the cluster has not ended for {1} s. It closes"
            + " its {2} clients, which find other nodes, and leaves the cluster; {3}",
        node.name(),
        cluster.oldestWrite().toSeconds(),
        node.clients(),
        endsProcess
            ? "its process ends with status " + STATUS + ", to be started again"
            : "deploy it again, or start its server again");
    node.closeClients(GRACE);
    Thread leaving = new Thread(cluster::abandon, "smq-cluster-leave");
    leaving.setDaemon(true);
    leaving.start();
    try {
      leaving.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (endsProcess) {
      // not exit(): what the hooks of the server wait for may be stuck, too
      Runtime.getRuntime().halt(STATUS);
    }
  }
}
