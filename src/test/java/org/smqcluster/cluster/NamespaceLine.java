package org.smqcluster.cluster;

import java.io.IOException;
import java.util.List;
import org.smqcluster.testing.DebianProgram;
import org.smqcluster.testing.NodeProcess;

/**
 * Two network namespaces of Linux, each with a cable to this one, for clients, and one cable
 * between them, for the cluster. Clients reach node 1 by IPv4 alone and node 2 by IPv6 alone; the
 * nodes reach each other by IPv6. Needs root and iproute2. The packets that are lost are the
 * kernel's, so that TCP behaves as in a real network.
 */
final class NamespaceLine implements ClusterLine {

  private static final int PORT = 7800;

  /** Of no interface: a host that gets a frame to it drops it. */
  private static final String UNUSED_MAC = "02:00:00:00:00:fe";

  private final long number = ProcessHandle.current().pid() % 10_000;

  /** Of node 1's clients, from the range for tests of networks (RFC 2544). */
  private final String ipv4 = "198.18." + number % 256 + ".";

  /** Of all the rest: addresses that no router knows (RFC 4193). */
  private final String ipv6 = "fd5e:" + number + ":";

  NamespaceLine() throws Exception {
    close();
    for (int node = 1; node <= 2; node++) {
      run("ip netns add " + name(node));
      run("ip -n " + name(node) + " link set lo up");
      run("ip link add " + host(node) + " type veth peer name clients netns " + name(node));
      run("ip addr add " + address(node, 1) + " dev " + host(node) + options(node));
      run("ip link set " + host(node) + " up");
      run("ip -n " + name(node) + " addr add " + address(node, 2) + " dev clients" + options(node));
      run("ip -n " + name(node) + " link set clients up");
    }
    run("ip -n " + name(1) + " link add cluster type veth peer name cluster netns " + name(2));
    for (int node = 1; node <= 2; node++) {
      run("ip -n " + name(node) + " addr add " + clusterAddress(node) + "/64 dev cluster nodad");
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

  /** An address on the cable between clients and a node, with its network's size. */
  private String address(int node, int host) {
    return node == 1 ? ipv4 + host + "/28" : ipv6 + "2::" + host + "/64";
  }

  /** An IPv6 address can be used at once: nothing else is on the cable. */
  private static String options(int node) {
    return node == 1 ? "" : " nodad";
  }

  private String clusterAddress(int node) {
    return ipv6 + "1::" + node;
  }

  private String member(int node) {
    return "[" + clusterAddress(node) + "]:" + PORT;
  }

  @Override
  public NodeProcess.Builder attach(int node, NodeProcess.Builder builder) {
    return builder
        .launcher("ip", "netns", "exec", name(node))
        .address(address(node, 2).replaceFirst("/.*", ""))
        .property("smq.cluster.bind", clusterAddress(node))
        .clusterPort(PORT)
        .members(List.of(member(1), member(2)));
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
            + UNUSED_MAC
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
