package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.cluster.TestNode.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.smqcluster.protocol.AddressText;

/** Where nodes listen for each other. */
class AddressesTest {

  private static ClusterConfig config(String name, String address, int port, List<Integer> ports) {
    ClusterConfig usual = TestNode.config(name, port, ports);
    return new ClusterConfig(
        name,
        usual.clusterName(),
        "lan",
        address,
        port,
        ports.stream().map(member -> AddressText.withPort(address, member)).toList(),
        usual.bus(),
        usual.tls(),
        usual.self());
  }

  @Test
  void nodesFindEachOtherOverIpv6() throws Exception {
    List<Integer> ports = TestNode.freePorts(2);
    try (ClusterNode a =
            ClusterNode.join(config("a", "::1", ports.get(0), ports), Optional.empty());
        ClusterNode b =
            ClusterNode.join(config("b", "::1", ports.get(1), ports), Optional.empty())) {
      await("two nodes", () -> a.nodes().size() == 2 && b.nodes().size() == 2);
    }
  }

  @Test
  void aPortThatIsTakenIsToldInOneSentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertRefused("127.0.0.1", port, "127.0.0.1:" + port);
    }
  }

  @Test
  void anAddressThatThisMachineDoesNotHaveIsToldInOneSentence() throws Exception {
    int port = TestNode.freePorts(1).get(0);
    assertRefused("203.0.113.7", port, "203.0.113.7:" + port);
    assertRefused("2001:db8::7", port, "[2001:db8::7]:" + port);
  }

  private static void assertRefused(String address, int port, String told) {
    ClusterConfig config = config("a", address, port, List.of(port));
    IOException refused =
        assertThrows(IOException.class, () -> ClusterNode.join(config, Optional.empty()));
    String message = refused.getMessage();
    assertEquals("Cannot listen for other nodes on " + told, message.split(": ")[0], message);
    assertTrue(message.endsWith(". Choose another smq.cluster.bind or smq.cluster.port."), message);
    assertNull(refused.getCause(), "the deepest cause's message is a node's last words");
  }
}
