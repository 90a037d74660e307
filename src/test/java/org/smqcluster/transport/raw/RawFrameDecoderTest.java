package org.smqcluster.transport.raw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;

/** Cutting a stream of bytes into packets. */
class RawFrameDecoderTest {

  private final RawFrameDecoder decoder = new RawFrameDecoder();

  private static byte[] packet(int length, Random random) {
    byte[] raw = new byte[length];
    random.nextBytes(raw);
    raw[0] = (byte) (length >>> 8);
    raw[1] = (byte) length;
    return raw;
  }

  @Test
  void tellsWhatItKeepsOfAPacketBeyondWhatEveryConnectionMayKeep() throws MalformedPacketException {
    byte[] raw = packet(60_000, new Random(1));
    decode(Unpooled.wrappedBuffer(raw, 0, 200));
    assertEquals(0, decoder.partialBytes());
    decode(Unpooled.wrappedBuffer(raw, 200, 19_800));
    assertTrue(decoder.partialBytes() >= 20_000, "keeps " + decoder.partialBytes());
    decode(Unpooled.wrappedBuffer(raw, 20_000, 40_000));
    assertEquals(0, decoder.partialBytes());
  }

  private List<byte[]> decode(ByteBuf in) throws MalformedPacketException {
    List<byte[]> packets = new ArrayList<>();
    for (EncodedPacket next = decoder.next(in); next != null; next = decoder.next(in)) {
      packets.add(next.raw());
    }
    assertEquals(0, in.readableBytes());
    return packets;
  }

  @Test
  void packetsComeOutWholeHoweverTheyAreCut() throws MalformedPacketException {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      ByteBuf stream = Unpooled.buffer();
      List<byte[]> sent = new ArrayList<>();
      for (int i = 1 + random.nextInt(10); i > 0; i--) {
        byte[] raw = packet(3 + random.nextInt(random.nextInt(8) == 0 ? 65_533 : 200), random);
        sent.add(raw);
        stream.writeBytes(raw);
      }
      List<byte[]> got = new ArrayList<>();
      int mostAtOnce = 1 + random.nextInt(random.nextBoolean() ? 5 : 40_000);
      while (stream.isReadable()) {
        int length = Math.min(stream.readableBytes(), 1 + random.nextInt(mostAtOnce));
        got.addAll(decode(stream.readSlice(length)));
      }
      assertEquals(sent.size(), got.size());
      for (int i = 0; i < sent.size(); i++) {
        assertArrayEquals(sent.get(i), got.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aLengthBelowThreeIsNoPacketWholeOrInParts(int length) throws MalformedPacketException {
    byte[] bytes = {0, (byte) length, 12};
    assertThrows(MalformedPacketException.class, () -> decoder.next(Unpooled.wrappedBuffer(bytes)));
    RawFrameDecoder second = new RawFrameDecoder();
    assertNull(second.next(Unpooled.wrappedBuffer(new byte[] {0})));
    assertThrows(
        MalformedPacketException.class,
        () -> second.next(Unpooled.wrappedBuffer(new byte[] {(byte) length, 12})));
  }
}
