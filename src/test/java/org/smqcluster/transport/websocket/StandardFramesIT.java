package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.testing.NodeProcess;

/** WebSocket by the standard API alone: the way on servers that the fast path does not know. */
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

  @ParameterizedTest
  @ValueSource(longs = {1L << 32, Long.MIN_VALUE | 1L << 30, -1})
  void lengthThatLiesEndsTheConnectionBeforeAnythingIsAllocated(long length) throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(ByteBuffer.allocate(14).put(new byte[] {(byte) 0x82, -1}).putLong(length).array());
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertEquals(Frames.CLOSE, rest.get(rest.size() - 1).opcode());
    }
    assertFalse(Files.readString(node.log()).contains("OutOfMemoryError"));
  }

  @Override
  NodeProcess node() {
    return node;
  }
}
