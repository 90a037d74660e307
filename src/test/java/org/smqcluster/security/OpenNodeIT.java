package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;

class OpenNodeIT {

  private static final Duration STARTED = Duration.ofMinutes(4);

  @Test
  void aNodeThatOthersReachDoesNotStartWithoutAuthenticationUnlessItIsTold() throws IOException {
    try (NodeProcess node =
        NodeProcess.builder("open").property("smq.http.url", "http://192.0.2.1:8080").start()) {
      Await.until(
          "the log to say what to do",
          STARTED,
          () -> Files.readString(node.log()).contains("smq.auth.none.allowed=true"));

      assertThrows(IOException.class, () -> WireClient.open(node.devicePort()));
      node.awaitEnd(STARTED);
      assertEquals(78, node.exitStatus());
      List<String> log = Files.readAllLines(node.log());
      String lastWords = String.join("\n", log.subList(log.size() - 2, log.size()));
      assertTrue(lastWords.contains("The process ends with status 78"), lastWords);
      assertTrue(lastWords.endsWith("smq.auth.none.allowed=true."), lastWords);
    }
  }
}
