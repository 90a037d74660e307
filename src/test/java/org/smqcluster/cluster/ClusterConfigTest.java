package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node tells its operator of its place in the cluster. */
class ClusterConfigTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, local,        false, false",
    "::1,       lan,          false, false",
    "10.0.0.1,  lan,          false, true",
    "0.0.0.0,   dns,          false, true",
    "2001:db8::1, wan,        false, true",
    "10.0.0.1,  lan,          true,  false",
    "10.0.0.1,  /etc/own.xml, false, false"
  })
  void peersMayReachThePortsForNodesWithoutTls(
      String bind, String stack, boolean hasTls, boolean isExposed) {
    ClusterConfig config =
        new ClusterConfig(
            "node",
            "test",
            stack,
            bind,
            7800,
            List.of(),
            ClusterConfig.Bus.DEFAULT,
            hasTls ? Optional.of(new ClusterConfig.Tls("k", "", "t", "")) : Optional.empty(),
            new ClusterConfig.Self(URI.create("http://127.0.0.1:1"), 1, "test"));
    assertEquals(isExposed, config.isExposed());
  }
}
