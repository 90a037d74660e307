package org.smqcluster.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.smqcluster.protocol.MalformedPacketException.Reason;

/** SMQ section 2: what every packet looks like on the wire, both ways. */
class PacketCodecTest {

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  /** Each packet with its exact bytes in the raw form. */
  static Stream<Arguments> packets() {
    return Stream.of(
        packet("00 11 01 01 12 34 56 78 31 30 2e 30 2e 30 2e 31 30", init()),
        packet(
            "00 12 02 01 06 61 62 63 64 65 66 02 70 77 69 6e 66 6f",
            Packet.Connect.version1("abcdef", ascii("pw"), "info")),
        packet(
            "00 14 02 02 08 00 06 61 62 63 64 65 66 02 70 77 69 6e 66 6f",
            new Packet.Connect(2, 2048, "abcdef", ascii("pw"), "info")),
        packet(
            "00 0c 02 01 06 61 62 63 64 65 66 00",
            Packet.Connect.version1("abcdef", new byte[0], "")),
        packet("00 08 03 00 40 00 00 07", new Packet.Connack(ConnackCode.ACCEPTED, 0x40000007, "")),
        packet(
            "00 0a 03 06 00 00 00 00 6e 6f",
            new Packet.Connack(ConnackCode.ACCESS_DENIED, 0, "no")),
        packet("00 05 04 2f 61", new Packet.Subscribe("/a")),
        packet("00 0a 05 00 00 00 01 02 2f 61", new Packet.Suback(true, 0x102, "/a")),
        packet("00 0a 05 01 00 00 00 00 2f 61", new Packet.Suback(false, 0, "/a")),
        packet("00 05 06 2f 61", new Packet.Create("/a")),
        packet("00 0a 07 00 00 00 01 02 2f 61", new Packet.Createack(true, 0x102, "/a")),
        packet("00 0a 07 01 00 00 00 00 2f 61", new Packet.Createack(false, 0, "/a")),
        packet(
            "00 12 08 00 00 01 02 40 00 00 07 00 00 00 03 68 69 21",
            Packet.Publish.of(0x102, 0x40000007, 3, ascii("hi!"))),
        packet(
            "00 0f 08 00 00 01 02 40 00 00 07 00 00 00 00",
            Packet.Publish.of(0x102, 0x40000007, 0, new byte[0])),
        packet("00 07 09 00 00 01 02", new Packet.Unsubscribe(0x102)),
        packet("00 03 0b", new Packet.Disconnect("")),
        packet("00 06 0b 62 79 65", new Packet.Disconnect("bye")),
        packet("00 03 0c", new Packet.Ping()),
        packet("00 03 0d", new Packet.Pong()),
        packet("00 07 0e 00 00 01 02", new Packet.Observe(0x102)),
        packet("00 07 0f 00 00 01 02", new Packet.Unobserve(0x102)),
        packet("00 0b 10 00 00 01 02 00 00 00 05", new Packet.Change(0x102, 5)),
        packet("00 05 11 73 74", new Packet.Createsub("st")),
        packet("00 0a 12 00 00 00 00 09 73 74", new Packet.Createsuback(true, 9, "st")),
        packet("00 0a 12 01 00 00 00 00 73 74", new Packet.Createsuback(false, 0, "st")),
        packet(
            "00 10 13 00 00 00 00 40 00 00 07 00 00 00 03 41",
            new Packet.PubFrag(0, 0x40000007, 3, ascii("A"))));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("packets")
  void aPacketIsEncodedToExactlyTheBytesOfTheSpecification(String hex, Packet packet) {
    assertEquals(hex, HEX.formatHex(PacketEncoder.encode(packet).raw()));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("packets")
  void theBytesOfTheSpecificationAreDecodedToThePacket(String hex, Packet packet) throws Exception {
    Packet decoded = PacketDecoder.decode(EncodedPacket.ofRaw(HEX.parseHex(hex)));

    assertInstanceOf(packet.getClass(), decoded);
    assertEquals(hex, HEX.formatHex(PacketEncoder.encode(decoded).raw()));
    assertEquals(packet.type(), decoded.type());
    assertEquals(PacketEncoder.encode(packet).typeCode(), packet.type().code());
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("packets")
  void theWebSocketMessageIsTheRawPacketWithoutItsLength(String hex, Packet packet)
      throws Exception {
    byte[] raw = HEX.parseHex(hex);
    EncodedPacket fromMessage = EncodedPacket.ofMessage(ByteBuffer.wrap(raw, 2, raw.length - 2));

    assertArrayEquals(raw, fromMessage.raw());
    assertEquals(ByteBuffer.wrap(raw, 2, raw.length - 2), fromMessage.message());
  }

  @Test
  void theFieldsOfAConnectAreFoundInBothVersions() throws Exception {
    var first = (Packet.Connect) decode("02 01 06 61 62 63 64 65 66 02 70 77 69 6e 66 6f");
    assertEquals(1, first.version());
    assertEquals(0, first.maxSize());
    assertEquals("abcdef", first.uid());
    assertArrayEquals(ascii("pw"), first.credentials());
    assertEquals("info", first.info());

    var second = (Packet.Connect) decode("02 02 ff ff 06 61 62 63 64 65 66 00");
    assertEquals(2, second.version());
    assertEquals(0xFFFF, second.maxSize());
    assertEquals("abcdef", second.uid());
    assertEquals(0, second.credentials().length);
    assertEquals("", second.info());
  }

  @Test
  void theFieldsOfAPublishAreReadFromItsSharedBytes() throws Exception {
    EncodedPacket encoded =
        EncodedPacket.ofRaw(HEX.parseHex("00 11 08 ff ff ff fe 40 00 00 07 80 00 00 01 68 69"));
    var publish = (Packet.Publish) PacketDecoder.decode(encoded);

    assertEquals(0xFFFFFFFE, publish.tid());
    assertEquals(0x40000007, publish.ptid());
    assertEquals(0x80000001, publish.subtid());
    assertEquals(2, publish.payloadLength());
    assertArrayEquals(ascii("hi"), publish.payload());
    assertEquals(encoded, PacketEncoder.encode(publish), "forwarding copies nothing");
  }

  @ParameterizedTest
  @CsvSource({"7", "200", "255"})
  void anUnknownConnackCodeIsARefusal(int code) throws Exception {
    var connack = (Packet.Connack) decode("03 %02x 00 00 00 00 78".formatted(code));
    assertEquals(ConnackCode.UNAVAILABLE, connack.code());
    assertEquals("x", connack.reason());
  }

  @ParameterizedTest(name = "type {0}")
  @CsvSource({"0c", "0d", "09 00 00 01 02", "0e 00 00 01 02", "0f 00 00 01 02"})
  void bytesBehindACompleteFixedBodyAreIgnored(String message) throws Exception {
    Packet expected = decode(message);
    assertEquals(expected, decode(message + " 01 02 03"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "type 0,                             00,                                RESERVED_TYPE",
    "type 10,                            0a,                                RESERVED_TYPE",
    "type 20,                            14 00 00 00 00,                    RESERVED_TYPE",
    "type 255,                           ff,                                RESERVED_TYPE",
    "Init without address or whole seed, 01 01 00 00 00,                    TOO_SHORT",
    "Init of version 2,                  01 02 00 00 00 00,                 UNACCEPTABLE_VERSION",
    "empty Connect,                      02,                                TOO_SHORT",
    "Connect of version 0,               02 00 06 61 62 63 64 65 66 00,     UNACCEPTABLE_VERSION",
    "Connect of version 3,               02 03 06 61 62 63 64 65 66 00,     UNACCEPTABLE_VERSION",
    "Connect without UID length,         02 01,                             TOO_SHORT",
    "Connect 2 without max size,         02 02 00,                          TOO_SHORT",
    "Connect 2 without UID length,       02 02 00 00,                       TOO_SHORT",
    "Connect with a cut UID,             02 01 06 61 62 63,                 TOO_SHORT",
    "Connect without credential length,  02 01 06 61 62 63 64 65 66,        TOO_SHORT",
    "Connect with cut credentials,       02 01 06 61 62 63 64 65 66 03 70,  TOO_SHORT",
    "Connect whose UID length lies,      02 01 ff 61 62 63 64 65 66 00,     TOO_SHORT",
    "Connack without ETID,               03 00 00 00 00,                    TOO_SHORT",
    "Suback without TID,                 05 00 00 00 00,                    TOO_SHORT",
    "Createack without TID,              07 00,                             TOO_SHORT",
    "Publish without sub-topic,          08 00 00 00 01 00 00 00 02 00 00,  TOO_SHORT",
    "empty Publish,                      08,                                TOO_SHORT",
    "Unsubscribe of 3 bytes,             09 00 00 00,                       TOO_SHORT",
    "Observe of 3 bytes,                 0e 00 00 00,                       TOO_SHORT",
    "Unobserve of 0 bytes,               0f,                                TOO_SHORT",
    "Change without count,               10 00 00 00 01 00 00 00,           TOO_SHORT",
    "Createsuback without id,            12 00,                             TOO_SHORT",
    "PubFrag of 11 bytes,                13 00 00 00 01 00 00 00 02 00 00,  TOO_SHORT"
  })
  void aPacketThatBreaksTheFormatIsRefusedWithTheReason(
      String what, String message, Reason reason) {
    var refused = assertThrows(MalformedPacketException.class, () -> decode(message));
    assertEquals(reason, refused.reason());
    assertEquals(reason.text(), refused.getMessage());
  }

  @Test
  void aTextLongerThanAPacketCanSayIsRefusedAtTheEncoder() {
    String name = "x".repeat(ProtocolLimits.MAX_RAW_PACKET - ProtocolLimits.MIN_RAW_PACKET);
    assertEquals(
        ProtocolLimits.MAX_RAW_PACKET,
        PacketEncoder.encode(new Packet.Subscribe(name)).rawLength());
    assertThrows(
        IllegalArgumentException.class,
        () -> PacketEncoder.encode(new Packet.Subscribe(name + "x")));
  }

  @Test
  void aConnectTakesUidAndCredentialsOf255BytesAndNoMore() throws Exception {
    String uid = "u".repeat(255);
    byte[] credentials = new byte[255];
    var whole = Packet.Connect.version1(uid, credentials, "");
    var back = (Packet.Connect) PacketDecoder.decode(PacketEncoder.encode(whole));
    assertEquals(uid, back.uid());
    assertArrayEquals(credentials, back.credentials());

    assertThrows(
        IllegalArgumentException.class,
        () -> PacketEncoder.encode(Packet.Connect.version1(uid + "u", credentials, "")));
    assertThrows(
        IllegalArgumentException.class,
        () -> PacketEncoder.encode(Packet.Connect.version1(uid, new byte[256], "")));
  }

  @Test
  void aMaxSizeThatTheWireCannotSayIsRefusedAtTheEncoder() {
    var connect = new Packet.Connect(2, 0x10000, "abcdef", new byte[0], "");
    assertThrows(IllegalArgumentException.class, () -> PacketEncoder.encode(connect));
  }

  @Test
  void aPayloadOf0xFFF0BytesIsTheLargest() throws Exception {
    var largest = Packet.Publish.of(1, 2, 3, new byte[ProtocolLimits.MAX_PAYLOAD]);
    assertEquals(ProtocolLimits.MAX_RAW_PACKET, largest.encoded().rawLength());
    assertEquals(
        ProtocolLimits.MAX_PAYLOAD,
        ((Packet.Publish) PacketDecoder.decode(largest.encoded())).payloadLength());

    byte[] tooMuch = new byte[ProtocolLimits.MAX_PAYLOAD + 1];
    assertThrows(IllegalArgumentException.class, () -> Packet.Publish.of(1, 2, 3, tooMuch));
  }

  private static Packet decode(String message) throws MalformedPacketException {
    return PacketDecoder.decode(EncodedPacket.ofMessage(ByteBuffer.wrap(HEX.parseHex(message))));
  }

  private static Packet init() {
    return new Packet.Init(0x12345678, "10.0.0.10");
  }

  private static Arguments packet(String hex, Packet packet) {
    return Arguments.of(hex, packet);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
