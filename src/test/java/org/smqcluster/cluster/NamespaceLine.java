package org.smqcluster.cluster;

import java.io.IOException;
import java.util.List;
import org.smqcluster.testing.DebianProgram;
import org.smqcluster.testing.NodeProcess;

/**
 * Two network namespaces of Linux, each with a cable to this one, for clients, and one cable
 * between them, for the cluster. Needs root and iproute2. The packets that are lost are the
 * kernel's, so that TCP behaves as in a real network.
 */
final class NamespaceLine implements ClusterLine {

  private static final int PORT = 7800;

  /** Of no interface: a host that gets a frame to it drops it. */
  private static final String NOBODY = "02:00:00:00:00:fe";

  private final long number = ProcessHandle.current().pid() % 10_000;

  /** From the range for tests of networks (RFC 2544). */
  private final String network = "198.18." + number % 256 + ".";

  NamespaceLine() throws Exception {
    close();
    for (int node = 1; node <= 2; node++) {
      run("ip netns add " + name(node));
      run("ip -n " + name(node) + " link set lo up");
      run("ip link add " + host(node) + " type veth peer name clients netns " + name(node));
      run("ip addr add " + network + (node * 16 + 1) + "/28 dev " + host(node));
      run("ip link set " + host(node) + " up");
      run("ip -n " + name(node) + " addr add " + clientAddress(node) + "/28 dev clients");
      run("ip -n " + name(node) + " link set clients up");
    }
    run("ip -n " + name(1) + " link add cluster type veth peer name cluster netns " + name(2));
    for (int node = 1; node <= 2; node++) {
      run("ip -n " + name(node) + " addr add " + clusterAddress(node) + "/28 dev cluster");
      run("ip -n " + name(node) + " link set cluster up");
    }
  }

  /** Whether this machine lets us make namespaces with cables between them. */
  static boolean isPossible() {
    String name = "smqtry" + ProcessHandle.current().pid() % 10_000;
    if (DebianProgram.findOrInstall("ip", "iproute2").isEmpty()) {
      return false;
    }
    try {
      boolean made = status("ip netns add " + name) == 0;
      boolean cable =
          made
              && status("ip -n " + name + " link add try1 type veth peer name try2 netns " + name)
                  == 0;
      status("ip netns del " + name);
      return cable;
    } catch (IOException notExecutable) {
      return false;
    }
  }

  private String name(int node) {
    return "smq" + number + "-" + node;
  }

  private String host(int node) {
    return "smq" + number + "h" + node;
  }

  private String clientAddress(int node) {
    return network + (node * 16 + 2);
  }

  private String clusterAddress(int node) {
    return network + (48 + node);
  }

  @Override
  public NodeProcess.Builder attach(int node, NodeProcess.Builder builder) {
    return builder
        .launcher("ip", "netns", "exec", name(node))
        .address(clientAddress(node))
        .property("smq.cluster.bind", clusterAddress(node))
        .clusterPort(PORT)
        .members(List.of(clusterAddress(1) + ":" + PORT, clusterAddress(2) + ":" + PORT));
  }

  @Override
  public void cut() throws Exception {
    loseWhatIsSentBy(1);
    loseWhatIsSentBy(2);
  }

  @Override
  public void cutOneWay() throws Exception {
    loseWhatIsSentBy(1);
  }

  private void loseWhatIsSentBy(int node) throws Exception {
    run(
        "ip -n "
            + name(node)
            + " neigh replace "
            + other(node)
            + " lladdr "
            + NOBODY
            + " dev cluster nud permanent");
  }

  private String other(int node) {
    return clusterAddress(3 - node);
  }

  @Override
  public void mend() throws Exception {
    for (int node = 1; node <= 2; node++) {
      run("ip -n " + name(node) + " neigh flush dev cluster nud all");
    }
  }

  /** Takes all of it away, also what a test run that was killed has left. */
  @Override
  public void close() throws IOException {
    for (int node = 1; node <= 2; node++) {
      status("ip netns del " + name(node));
      status("ip link del " + host(node));
    }
  }

  private static void run(String command) throws IOException {
    int status = status(command);
    if (status != 0) {
      throw new IOException(command + ": status " + status);
    }
  }

  private static int status(String command) throws IOException {
    Process process =
        new ProcessBuilder(command.split(" "))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.onExit().join().exitValue();
  }
}
