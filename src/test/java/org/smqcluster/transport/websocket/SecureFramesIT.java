package org.smqcluster.transport.websocket;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.smqcluster.client.TestCertificates;
import org.smqcluster.testing.FreePorts;
import org.smqcluster.testing.NodeProcess;

/** WebSocket over TLS by the fast path, which encrypts by itself what it writes. */
class SecureFramesIT extends WebSocketScenarios {

  private static NodeProcess node;
  private static TlsRelay relay;

  @BeforeAll
  static void startANode() throws Exception {
    Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "secure-frames");
    KeyStore store = TestCertificates.selfSigned(directory, "CN=localhost", "dns:localhost");
    int https = FreePorts.next();
    node =
        NodeProcess.builder("secure-frames")
            .https(https, directory.resolve("localhost.p12"), "own")
            .start()
            .awaitReady();
    relay = new TlsRelay(TestCertificates.trusting(store), https);
  }

  @AfterAll
  static void stopIt() {
    relay.close();
    node.close();
  }

  @Override
  NodeProcess node() {
    return node;
  }

  @Override
  int port() {
    return relay.port();
  }
}
