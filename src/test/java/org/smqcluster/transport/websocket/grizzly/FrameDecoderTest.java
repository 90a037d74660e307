package org.smqcluster.transport.websocket.grizzly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.transport.websocket.Frames.concat;
import static org.smqcluster.transport.websocket.Frames.frame;
import static org.smqcluster.transport.websocket.Frames.message;
import static org.smqcluster.transport.websocket.Frames.payload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.transport.websocket.FrameListener;
import org.smqcluster.transport.websocket.Frames;

/** RFC 6455 section 5 as the server reads it. */
class FrameDecoderTest {

  private final Found found = new Found();
  private final FrameDecoder decoder = new FrameDecoder(found, found::paused);

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 125, 126, 127, 1000, 65_532, ProtocolLimits.MAX_MESSAGE})
  void messageBecomesARawPacketWithItsLength(int length) {
    decode(message(payload(length)));
    assertArrayEquals(raw(payload(length)), found.packets.get(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 125, 126, 5000, ProtocolLimits.MAX_MESSAGE})
  void messageThatArrivesByteByByteIsTheSame(int length) {
    byte[] bytes = message(payload(length));
    for (byte each : bytes) {
      decode(new byte[] {each});
    }
    assertArrayEquals(raw(payload(length)), found.packets.get(0));
  }

  @Test
  void tellsWhatItKeepsOfAMessageThatHasComeInPart() {
    byte[] bytes = message(payload(60_000));
    decode(Arrays.copyOf(bytes, 200));
    assertEquals(0, found.partial);
    decode(Arrays.copyOfRange(bytes, 200, 20_000));
    assertTrue(found.partial >= 19_900, "keeps " + found.partial);
    decode(Arrays.copyOfRange(bytes, 20_000, bytes.length));
    assertEquals(0, found.partial);
  }

  @Test
  void manyMessagesInOneReadComeInOrder() {
    decode(concat(message(payload(3)), message(payload(200)), message(payload(1))));
    assertEquals(List.of(5, 202, 3), found.packets.stream().map(p -> p.length).toList());
  }

  @Test
  void textIsTakenAsBinary() {
    decode(frame(0x80 | Frames.TEXT, payload(20)));
    assertArrayEquals(raw(payload(20)), found.packets.get(0));
  }

  @Test
  void fragmentsArePutTogetherAndAPingMayComeBetweenThem() {
    byte[] whole = payload(300);
    decode(
        concat(
            frame(Frames.BINARY, Arrays.copyOfRange(whole, 0, 100)),
            frame(0x80 | Frames.PING, payload(4)),
            frame(Frames.CONTINUATION, new byte[0]),
            frame(Frames.CONTINUATION, Arrays.copyOfRange(whole, 100, 299)),
            frame(0x80 | Frames.CONTINUATION, Arrays.copyOfRange(whole, 299, 300))));
    assertArrayEquals(raw(whole), found.packets.get(0));
    assertArrayEquals(payload(4), found.pings.get(0));
  }

  @Test
  void emptyMessageIsAPacketOfNothing() {
    decode(message(new byte[0]));
    assertArrayEquals(new byte[] {0, 2}, found.packets.get(0));
  }

  @Test
  void messageLongerThanAnyPacketIsTooLongAsSoonAsItsHeaderIsThere() {
    byte[] bytes = message(payload(ProtocolLimits.MAX_MESSAGE + 1));
    decode(Arrays.copyOf(bytes, 14));
    assertEquals(1, found.tooLong);
  }

  @Test
  void fragmentsThatAddUpToTooMuchAreTooLong() {
    decode(frame(Frames.BINARY, payload(60_000)));
    assertEquals(0, found.tooLong);
    decode(frame(Frames.CONTINUATION, payload(60_000)));
    assertEquals(1, found.tooLong);
  }

  @Test
  void lengthOf63BitsIsTooLong() {
    decode(new byte[] {(byte) 0x82, (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4});
    assertEquals(1, found.tooLong);
  }

  @Test
  void rulesOfTheRfcAreKept() {
    assertViolation("frame not masked", new byte[] {(byte) 0x82, 1, 12});
    assertViolation("reserved bits set", frame(0x80 | 0x40 | Frames.BINARY, payload(3)));
    assertViolation("unknown opcode", frame(0x80 | 3, payload(3)));
    assertViolation("unknown opcode", frame(0x80 | 11, payload(3)));
    assertViolation("control frame in fragments", frame(Frames.PING, payload(3)));
    assertViolation("control frame too long", frame(0x80 | Frames.PING, payload(126)));
    assertViolation("continuation of nothing", frame(0x80, payload(3)));
    assertViolation(
        "new message inside a message",
        concat(frame(Frames.BINARY, payload(3)), message(payload(3))));
    assertViolation("bad close code", Frames.close(1005));
    assertViolation("bad close code", frame(0x80 | Frames.CLOSE, new byte[] {3}));
    assertViolation(
        "close reason not in UTF-8",
        frame(0x80 | Frames.CLOSE, new byte[] {3, (byte) 0xE8, 'a', (byte) 0xC3}));
    assertViolation(
        "bad frame length",
        new byte[] {(byte) 0x82, (byte) 0xFF, -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4});
  }

  private static void assertViolation(String rule, byte[] bytes) {
    Found found = new Found();
    FrameDecoder decoder = new FrameDecoder(found, found::paused);
    assertEquals(bytes.length, decoder.decode(bytes, 0, bytes.length));
    assertEquals(List.of(rule), found.violations);
  }

  @Test
  void nothingIsLookedAtBehindTheEnd() {
    decode(concat(Frames.close(1001), message(payload(3))));
    assertEquals(List.of(1001), found.closes);
    assertTrue(found.packets.isEmpty());
  }

  @Test
  void closeWithoutACodeIsToldAsSuch() {
    decode(frame(0x80 | Frames.CLOSE, new byte[0]));
    assertEquals(List.of(FrameListener.NO_CODE), found.closes);
  }

  @Test
  void reasonOfACloseIsNotTold() {
    decode(frame(0x80 | Frames.CLOSE, concat(new byte[] {3, (byte) 0xE8}, "ä".getBytes(UTF_8))));
    assertEquals(List.of(1000), found.closes);
  }

  @Test
  void pongsAreIgnored() {
    decode(concat(frame(0x80 | Frames.PONG, payload(9)), message(payload(2))));
    assertEquals(1, found.packets.size());
  }

  @Test
  void pausedListenerGetsNoFurtherFrameUntilItResumes() {
    byte[] bytes = concat(message(payload(10)), message(payload(20)));
    found.pauseAfter = 1;
    int taken = decoder.decode(bytes, 0, bytes.length);
    assertEquals(1, found.packets.size());
    found.pauseAfter = Integer.MAX_VALUE;
    assertEquals(bytes.length, decoder.decode(bytes, taken, bytes.length));
    assertEquals(2, found.packets.size());
  }

  @Property(tries = 300)
  void anyBytesInAnyPiecesDoNoHarm(
      @ForAll @Size(max = 400) byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int piece) {
    Found whole = new Found();
    new FrameDecoder(whole, whole::paused).decode(bytes, 0, bytes.length);
    Found pieces = new Found();
    FrameDecoder decoder = new FrameDecoder(pieces, pieces::paused);
    for (int at = 0; at < bytes.length; at += piece) {
      decoder.decode(bytes, at, Math.min(bytes.length, at + piece));
    }
    assertEquals(whole.toString(), pieces.toString());
  }

  private void decode(byte[] bytes) {
    assertEquals(bytes.length, decoder.decode(bytes, 0, bytes.length));
  }

  private static byte[] raw(byte[] message) {
    int length = message.length + 2;
    return concat(new byte[] {(byte) (length >>> 8), (byte) length}, message);
  }

  /** What a decoder found. */
  private static final class Found implements FrameListener {

    final List<byte[]> packets = new ArrayList<>();
    final List<byte[]> pings = new ArrayList<>();
    final List<Integer> closes = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    int tooLong;
    int pauseAfter = Integer.MAX_VALUE;
    int partial;

    @Override
    public void partial(int bytes) {
      partial = bytes;
    }

    @Override
    public void read(Runnable decoding) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void message(byte[] rawPacket) {
      packets.add(rawPacket);
    }

    @Override
    public void ping(byte[] payload) {
      pings.add(payload);
    }

    @Override
    public void closed(int code) {
      closes.add(code);
    }

    @Override
    public void violation(String rule) {
      violations.add(rule);
    }

    @Override
    public void tooLong() {
      tooLong++;
    }

    boolean paused() {
      return packets.size() >= pauseAfter;
    }

    @Override
    public String toString() {
      return packets.stream().map(Arrays::toString).toList()
          + pings.stream().map(Arrays::toString).toList().toString()
          + closes
          + violations
          + tooLong;
    }
  }
}
