package org.smqcluster.cluster;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.smqcluster.protocol.AddressText;

/**
 * What a node must know to join its cluster.
 *
 * @param nodeName the node's name, unique in the cluster
 * @param clusterName nodes of other names are ignored
 * @param stack {@code local}, {@code lan}, {@code wan}, {@code dns}, or the path of a JGroups stack
 * @param bindAddress the IP address that all sockets between nodes are bound to
 * @param port the TCP port for other nodes; FD_SOCK2 listens on this plus 100
 * @param members {@code host:port} of nodes to look for, an IPv6 address in brackets; not all need
 *     to exist, and each may have several addresses. Empty for the nodes of this machine
 * @param bus bounds of the messages on their way to another node
 * @param tls mutual TLS between nodes; empty for none
 * @param self what other nodes are told of this one
 */
public record ClusterConfig(
    String nodeName,
    String clusterName,
    String stack,
    String bindAddress,
    int port,
    List<String> members,
    Bus bus,
    Optional<Tls> tls,
    Self self) {

  private static final int DEFAULT_PORT = 7800;

  /**
   * Bounds for each other node and broker.
   *
   * @param outboxBytes messages queued or sent but not acknowledged
   * @param windowBytes of these, those that are sent
   * @param stallTime a node that acknowledges nothing for so long is taken for frozen: messages to
   *     it are dropped when its outbox is full, and pause no publisher
   */
  public record Bus(long outboxBytes, long windowBytes, Duration stallTime) {

    /** The defaults that configuration.md documents. */
    public static final Bus DEFAULT = new Bus(16L << 20, 4L << 20, Duration.ofMillis(100));
  }

  /**
   * Key and trust stores (PKCS #12) for mutual TLS; every node needs a certificate that all trust.
   */
  public record Tls(
      String keyStore, String keyStorePassword, String trustStore, String trustStorePassword) {}

  /**
   * A node's description of itself.
   *
   * @param httpUrl where people reach it
   * @param devicePort its port for the raw transport; 0 without one
   * @param version of the software
   * @param format of what it says to others, see {@link FormatVersion}
   */
  public record Self(URI httpUrl, int devicePort, String version, int format) {

    /** A node that says what this software says. */
    public Self(URI httpUrl, int devicePort, String version) {
      this(httpUrl, devicePort, version, FormatVersion.CURRENT);
    }
  }

  public ClusterConfig {
    members = List.copyOf(members);
  }

  /** Whether the stack is a file of the operator's. */
  public boolean hasStackFile() {
    return stack.contains("/") || stack.endsWith(".xml");
  }

  /** Where nodes are looked for: without members, on the ports that those of one machine take. */
  List<String> lookedFor() {
    return members.isEmpty()
        ? IntStream.range(DEFAULT_PORT, DEFAULT_PORT + 10)
            .mapToObj(each -> AddressText.withPort(bindAddress, each))
            .toList()
        : members;
  }

  /** A new life of the node. */
  NodeInfo joining() {
    return new NodeInfo(
        ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE),
        nodeName,
        NodeState.JOINING,
        self.httpUrl(),
        self.devicePort(),
        self.version(),
        self.format(),
        Instant.now(),
        Map.of());
  }

  /**
   * Whether peers that are not nodes may reach the ports for other nodes, and speak to them; an
   * operator's own stack may have its protection in it.
   */
  boolean isExposed() {
    try {
      return tls.isEmpty()
          && !hasStackFile()
          && !InetAddress.getByName(bindAddress).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bindAddress, e);
    }
  }
}
