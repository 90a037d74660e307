package org.smqcluster.cluster;

import java.io.IOException;
import org.smqcluster.testing.NodeProcess;

/**
 * The network between two node processes, apart from the one on which clients reach them. It can be
 * cut while everything runs.
 */
interface ClusterLine extends AutoCloseable {

  /** The best that this machine allows: network namespaces, else proxies between the nodes. */
  static ClusterLine between() throws Exception {
    return NamespaceLine.isPossible() ? new NamespaceLine() : new ProxyLine();
  }

  /** Puts node 1 or 2 at its end of the line. */
  NodeProcess.Builder attach(int node, NodeProcess.Builder builder) throws Exception;

  /** Nothing passes any more; neither end is told. */
  void cut() throws Exception;

  /** Nothing that node 1 sends reaches node 2 any more; neither end is told. */
  void cutOneWay() throws Exception;

  /** All passes again. */
  void mend() throws Exception;

  @Override
  void close() throws IOException;
}
