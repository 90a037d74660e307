package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a frame declares, in front of a container that allocates it. */
class FrameLengthCheckTest {

  private final FrameLengthCheck check = new FrameLengthCheck();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, FrameLengthCheck.MAX_FRAME})
  void framesWithinTheBoundPassInPiecesOfAnySize(int length) {
    byte[] frames =
        Frames.concat(
            Frames.message(Frames.payload(length)),
            Frames.frame(0x80 | Frames.PING, new byte[3]),
            Frames.message(Frames.payload(length)));
    for (int piece : new int[] {1, 7, frames.length}) {
      for (int at = 0; at < frames.length; at += piece) {
        int count = Math.min(piece, frames.length - at);
        int from = at;
        assertDoesNotThrow(() -> check.follow(frames, from, count));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {FrameLengthCheck.MAX_FRAME + 1L, 1L << 32, Long.MIN_VALUE, -1})
  void longerFrameIsAnErrorBeforeItsPayload(long length) {
    byte[] header =
        ByteBuffer.allocate(10).put((byte) 0x82).put((byte) 0xFF).putLong(length).array();
    assertDoesNotThrow(() -> check.follow(header, 0, 9));
    IOException refused = assertThrows(IOException.class, () -> check.follow(header, 9, 1));
    assertEquals(
        "WebSocket frame of " + Long.toUnsignedString(length) + " bytes", refused.getMessage());
  }

  @Test
  void endOfTheStreamIsNoBytes() {
    assertDoesNotThrow(() -> check.follow(new byte[0], 0, -1));
  }
}
