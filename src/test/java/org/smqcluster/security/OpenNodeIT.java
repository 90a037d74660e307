package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;

class OpenNodeIT {

  private static final Duration STARTED = Duration.ofMinutes(4);

  private static final int NOT_SERVED = 400;

  @Test
  void aNodeThatOthersReachDoesNotStartWithoutAuthenticationUnlessItIsTold() {
    try (NodeProcess node =
        NodeProcess.builder("open").property("smq.http.url", "http://192.0.2.1:8080").start()) {
      Await.until(
          "the log to say what to do",
          STARTED,
          () -> Files.readString(node.log()).contains("smq.auth.none.allowed=true"));

      assertThrows(IOException.class, () -> WireClient.open(node.devicePort()));
      Await.until(
          "the server to answer without the application",
          STARTED,
          () -> !node.isAlive() || node.status("/smq") >= NOT_SERVED);
      assertTrue(!node.isAlive() || node.status("/health/ready") >= NOT_SERVED);
    }
  }
}
