package org.smqcluster.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The codec under random and mutated input. */
class CodecPropertyTest {

  @Property(tries = 5_000)
  void anyBytesSurviveTheWayThroughText(@ForAll @Size(max = 40) byte[] bytes) {
    assertArrayEquals(bytes, WireText.encode(WireText.decode(bytes, 0, bytes.length)));
  }

  @Property(tries = 10_000)
  void anyMessageIsEitherRefusedOrEncodedAgainWithoutLoss(
      @ForAll @IntRange(max = 255) int type, @ForAll @Size(max = 64) byte[] body) {
    byte[] message = new byte[1 + body.length];
    message[0] = (byte) type;
    System.arraycopy(body, 0, message, 1, body.length);
    decodesToAPrefixOfItselfOrIsRefused(message);
  }

  @Property(tries = 5_000)
  void aMutatedPacketIsEitherRefusedOrEncodedAgainWithoutLoss(
      @ForAll("packets") Packet packet, @ForAll @IntRange(max = 1 << 16) int at, @ForAll byte to) {
    byte[] raw = PacketEncoder.encode(packet).raw();
    byte[] message = Arrays.copyOfRange(raw, ProtocolLimits.RAW_LENGTH, raw.length);
    message[at % message.length] = to;
    decodesToAPrefixOfItselfOrIsRefused(message);
  }

  @Property(tries = 5_000)
  void whatIsEncodedIsDecodedToTheSame(@ForAll("packets") Packet packet) throws Exception {
    EncodedPacket encoded = PacketEncoder.encode(packet);
    assertEquals(encoded.rawLength(), (encoded.raw()[0] & 0xFF) << 8 | encoded.raw()[1] & 0xFF);

    Packet decoded = PacketDecoder.decode(EncodedPacket.ofRaw(encoded.raw().clone()));

    assertEquals(packet.getClass(), decoded.getClass());
    assertArrayEquals(encoded.raw(), PacketEncoder.encode(decoded).raw());
  }

  @Provide
  Arbitrary<Packet> packets() {
    Arbitrary<Integer> id = Arbitraries.integers();
    Arbitrary<String> text = Arbitraries.strings().withCharRange('\0', '\uD7FF').ofMaxLength(40);
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(255);
    Arbitrary<String> uid =
        bytes.map(raw -> WireText.decode(raw, 0, Math.min(raw.length, ProtocolLimits.MAX_UID)));
    return Arbitraries.<Packet>oneOf(
        Combinators.combine(id, text).as(Packet.Init::new),
        Combinators.combine(Arbitraries.integers().between(0, 0xFFFF), uid, bytes, text)
            .as((size, name, secret, info) -> new Packet.Connect(2, size, name, secret, info)),
        Combinators.combine(uid, bytes, text).as(Packet.Connect::version1),
        Combinators.combine(Arbitraries.of(ConnackCode.class), id, text).as(Packet.Connack::new),
        text.map(Packet.Subscribe::new),
        text.map(Packet.Create::new),
        text.map(Packet.Createsub::new),
        text.map(Packet.Disconnect::new),
        Combinators.combine(Arbitraries.of(true, false), id, text).as(Packet.Suback::new),
        Combinators.combine(Arbitraries.of(true, false), id, text).as(Packet.Createack::new),
        Combinators.combine(Arbitraries.of(true, false), id, text).as(Packet.Createsuback::new),
        Combinators.combine(id, id, id, bytes).as(Packet.Publish::of),
        Combinators.combine(id, id, id, bytes).as(Packet.PubFrag::new),
        Combinators.combine(id, id).as(Packet.Change::new),
        id.map(Packet.Observe::new),
        id.map(Packet.Unobserve::new),
        id.map(Packet.Unsubscribe::new),
        Arbitraries.of(new Packet.Ping(), new Packet.Pong()));
  }

  /**
   * A decoded packet says all that its bytes say, but for what the rules normalise: bytes behind a
   * fixed body, a status above 1, an unknown Connack code.
   */
  private static void decodesToAPrefixOfItselfOrIsRefused(byte[] message) {
    Packet packet;
    try {
      packet = PacketDecoder.decode(EncodedPacket.ofMessage(ByteBuffer.wrap(message)));
    } catch (MalformedPacketException refused) {
      assertTrue(refused.getStackTrace().length == 0, "refusing must be cheap");
      return;
    }
    byte[] again = PacketEncoder.encode(packet).raw();
    byte[] expected = Arrays.copyOf(message, again.length - ProtocolLimits.RAW_LENGTH);
    if (packet instanceof Packet.Connack
        || packet instanceof Packet.Suback
        || packet instanceof Packet.Createack
        || packet instanceof Packet.Createsuback) {
      expected[1] = again[ProtocolLimits.MIN_RAW_PACKET];
    }
    assertArrayEquals(expected, Arrays.copyOfRange(again, ProtocolLimits.RAW_LENGTH, again.length));
  }
}
