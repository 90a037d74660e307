package org.smqcluster.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.smqcluster.bench.load.Protocol;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;
import org.smqcluster.testing.TestCluster;

/**
 * A node alone, with all its ways in: raw and WebSocket, with TLS and without.
 *
 * @param ports where it speaks a protocol
 */
record BenchNode(TestCluster cluster, Map<Protocol, Integer> ports) implements AutoCloseable {

  /** Starts it; what is given overrides its settings. */
  static BenchNode start(Map<String, String> settings) throws Exception {
    Path directory = Files.createTempDirectory("bench");
    String alias =
        TestCertificates.selfSigned(directory, "CN=localhost", "dns:localhost")
            .aliases()
            .nextElement();
    Path keyStore = directory.resolve("localhost.p12");
    String password = new String(TestCertificates.PASSWORD);
    int tlsPort = FreePorts.next();
    int httpsPort = FreePorts.next();
    TestCluster cluster =
        TestCluster.start(
            1,
            builder ->
                builder
                    .fullSpeed()
                    .https(httpsPort, keyStore, alias)
                    .property("smq.device.tls.enabled", "true")
                    .property("smq.device.tls.port", String.valueOf(tlsPort))
                    // a generator that has just started shakes hands with cold code
                    .property("smq.timeout.handshake", "1m")
                    .property("smq.tls.keystore", keyStore.toString())
                    .property("smq.tls.keystore.password", password)
                    .properties(settings));
    NodeProcess node = cluster.node(1);
    return new BenchNode(
        cluster,
        Map.of(
            Protocol.RAW,
            node.devicePort(),
            Protocol.RAW_TLS,
            tlsPort,
            Protocol.WEB_SOCKET,
            node.httpPort(),
            Protocol.WEB_SOCKET_TLS,
            httpsPort));
  }

  NodeProcess node() {
    return cluster.node(1);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
