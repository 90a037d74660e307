package org.smqcluster.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.protocol.MalformedPacketException.Reason;

/** SMQ section 1: the framings of both transports around the same bytes. */
class EncodedPacketTest {

  @ParameterizedTest(name = "[{0}]")
  @ValueSource(strings = {"", "00", "00 00", "00 01", "00 02", "00 02 0c", "00 04 0c", "01 03 0c"})
  void aRawPacketWhoseLengthFieldIsNotItsLengthIsRefused(String hex) {
    byte[] raw = HexFormat.ofDelimiter(" ").parseHex(hex);
    var refused = assertThrows(MalformedPacketException.class, () -> EncodedPacket.ofRaw(raw));
    assertEquals(Reason.BAD_LENGTH, refused.reason());
  }

  @Test
  void aRawPacketIsTakenOverWithoutACopy() throws Exception {
    byte[] raw = {0, 3, 12};
    assertSame(raw, EncodedPacket.ofRaw(raw).raw());
  }

  @Test
  void anEmptyMessageIsNoPacket() {
    var refused =
        assertThrows(
            MalformedPacketException.class, () -> EncodedPacket.ofMessage(ByteBuffer.allocate(0)));
    assertEquals(Reason.BAD_LENGTH, refused.reason());
  }

  @Test
  void aMessageMayBeAsLongAsARawPacketCanCarryAndNoLonger() throws Exception {
    EncodedPacket longest =
        EncodedPacket.ofMessage(ByteBuffer.allocate(ProtocolLimits.MAX_MESSAGE));
    assertEquals(ProtocolLimits.MAX_RAW_PACKET, longest.rawLength());

    var tooLong = ByteBuffer.allocate(ProtocolLimits.MAX_MESSAGE + 1);
    var refused =
        assertThrows(MalformedPacketException.class, () -> EncodedPacket.ofMessage(tooLong));
    assertEquals(Reason.TOO_LONG, refused.reason());
  }

  @ParameterizedTest(name = "message of {0} bytes: header {1}")
  @CsvSource({"1, 8201", "125, 827d", "126, 827e007e", "127, 827e007f", "65533, 827efffd"})
  void theWebSocketFrameIsFinalBinaryUnmaskedWithTheShortestLength(int length, String header)
      throws Exception {
    byte[] message = new byte[length];
    Arrays.fill(message, (byte) 0x5A);
    EncodedPacket packet = EncodedPacket.ofMessage(ByteBuffer.wrap(message));
    ByteBuffer frame = ByteBuffer.allocate(packet.webSocketLength());

    packet.putWebSocket(frame);

    assertEquals(0, frame.remaining());
    int headerLength = header.length() / 2;
    assertEquals(header, HexFormat.of().formatHex(frame.array(), 0, headerLength));
    assertArrayEquals(
        message, Arrays.copyOfRange(frame.array(), headerLength, headerLength + length));
  }

  @Test
  void theMessageIsAReadOnlyViewThatStartsAtItsType() throws Exception {
    ByteBuffer message = EncodedPacket.ofRaw(new byte[] {0, 5, 11, 'o', 'k'}).message();
    assertTrue(message.isReadOnly());
    assertEquals(0, message.position());
    assertEquals(3, message.remaining());
    assertEquals(11, message.get());
  }
}
