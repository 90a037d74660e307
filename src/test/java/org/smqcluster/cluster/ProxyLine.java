package org.smqcluster.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/**
 * Two nodes on loopback that know each other by another loopback address, where proxies listen and
 * carry every connection between them. For machines where there are no network namespaces.
 */
final class ProxyLine implements ClusterLine {

  /** What FD_SOCK2 adds to the cluster port, in {@code server-config/jgroups/local.xml}. */
  private static final int DEATH_NOTICE = 100;

  private static final List<String> SHOWN = List.of("127.0.0.11", "127.0.0.12");

  private final List<Integer> ports = List.of(FreePorts.next(), FreePorts.next());
  private final List<List<TcpProxy>> to = List.of(new ArrayList<>(), new ArrayList<>());
  private final Path stack = Files.createTempFile("split", ".xml");

  ProxyLine() throws IOException {
    String local = Files.readString(Path.of("server-config/jgroups/local.xml"));
    Files.writeString(
        stack,
        local.replaceAll(
            "port_range=\"(9|10)\"", "port_range=\"0\" external_addr=\"\\${test.shown.address}\""));
    for (int i = 0; i < 2; i++) {
      for (int port : List.of(ports.get(i), ports.get(i) + DEATH_NOTICE)) {
        to.get(i).add(new TcpProxy(SHOWN.get(i), port, port));
      }
    }
  }

  @Override
  public NodeProcess.Builder attach(int node, NodeProcess.Builder builder) {
    return builder
        .property("smq.cluster.stack", stack.toString())
        .property("test.shown.address", SHOWN.get(node - 1))
        .clusterPort(ports.get(node - 1))
        .members(List.of(SHOWN.get(0) + ":" + ports.get(0), SHOWN.get(1) + ":" + ports.get(1)));
  }

  @Override
  public void cut() {
    cutOneWay();
    to.get(0).forEach(proxy -> proxy.forward().hold(true));
    to.get(1).forEach(proxy -> proxy.backward().hold(true));
  }

  @Override
  public void cutOneWay() {
    to.get(0).forEach(proxy -> proxy.backward().hold(true));
    to.get(1).forEach(proxy -> proxy.forward().hold(true));
  }

  @Override
  public void mend() {
    for (List<TcpProxy> proxies : to) {
      proxies.forEach(proxy -> proxy.forward().hold(false));
      proxies.forEach(proxy -> proxy.backward().hold(false));
    }
  }

  @Override
  public void close() throws IOException {
    to.forEach(proxies -> proxies.forEach(TcpProxy::close));
    Files.deleteIfExists(stack);
  }
}
