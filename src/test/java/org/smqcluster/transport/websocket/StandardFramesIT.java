package org.smqcluster.transport.websocket;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.smqcluster.testing.NodeProcess;

/** WebSocket by the standard API alone: what servers get whose inside is not known. */
class StandardFramesIT extends WebSocketScenarios {

  private static NodeProcess node;

  @BeforeAll
  static void startANode() {
    node =
        NodeProcess.builder("standard-frames")
            .property("smq.websocket.frames", "standard")
            .start()
            .awaitReady();
  }

  @AfterAll
  static void stopIt() {
    node.close();
  }

  @Override
  NodeProcess node() {
    return node;
  }
}
