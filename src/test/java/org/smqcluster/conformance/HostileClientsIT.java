package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.testing.SharedCluster;
import org.smqcluster.testing.TestCluster;

/**
 * Hostile clients of a real node: a pair of witnesses across transports and nodes notices nothing.
 */
@ExtendWith(SharedCluster.class)
class HostileClientsIT {

  private static final Duration ATTACK = Duration.ofSeconds(8);
  private static final int AT_LEAST = 2000;

  private final TestCluster cluster;

  HostileClientsIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thousandsOfMalformedConversationsDisturbNoClient(boolean webSocket) throws Exception {
    ConformanceFixture.Door in = new ConformanceFixture.Door(true, cluster.node(1).httpPort());
    ConformanceFixture.Door out = new ConformanceFixture.Door(false, cluster.node(2).devicePort());
    int port = webSocket ? cluster.node(1).httpPort() : cluster.node(1).devicePort();
    try (BystanderPair witness = new BystanderPair(in, out);
        HostileClients hostile =
            new HostileClients(new ConformanceFixture.Door(webSocket, port), 20_26)) {
      hostile.attack(ATTACK, AT_LEAST);
      witness.assertUndisturbed();
      assertEquals(200, cluster.node(1).status("/health/ready"));
    }
  }
}
