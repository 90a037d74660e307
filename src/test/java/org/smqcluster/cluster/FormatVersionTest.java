package org.smqcluster.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.infinispan.commons.util.Version;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Orphan;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.led.Device;
import org.smqcluster.led.DeviceJson;
import org.smqcluster.led.Led;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;

/**
 * The bytes that go between nodes, held by the files in {@code src/test/resources/formats}. Where
 * one of these tests fails after a change, the change is a new {@link FormatVersion}: raise the
 * number, write a directory for it, and keep what the version before wrote readable.
 */
class FormatVersionTest {

  private static final Path FILES = Path.of("src/test/resources/formats");

  private static final ClientEntry CLIENT =
      new ClientEntry(
          "device-1", 0x80001234, "node1", 4711, 1_700_000_000_000L, "::1", Transport.RAW, "info");

  private static final NodeInfo NODE =
      new NodeInfo(
          17,
          "node1",
          NodeState.DRAINING,
          URI.create("http://127.0.0.1:8080"),
          8085,
          "1.0.0",
          FormatVersion.CURRENT,
          Instant.ofEpochMilli(1_700_000_000_000L),
          Map.of("clients", 3.0));

  private static final byte[] SESSION =
      ClientCodec.session(Optional.of("owner"), new int[] {0x1001, 0x1002});

  private static final UUID ADDRESS = new UUID(1, 2);

  private static final Device DEVICE =
      new Device(
          "device-1",
          1234,
          "node1",
          "",
          "127.0.0.1",
          "Demo",
          List.of(new Led(1, "LED 1", "red", true)),
          OptionalInt.of(215),
          1_700_000_000_000L);

  private static byte[] file(int format, String name) throws IOException {
    String text = Files.readString(FILES.resolve(format + "/" + name + ".hex"));
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  private static void assertWritten(String name, byte[] bytes) throws IOException {
    assertEquals(
        HexFormat.of().formatHex(file(FormatVersion.CURRENT, name)),
        HexFormat.of().formatHex(bytes),
        name + " is written in another way than format " + FormatVersion.CURRENT + " has it");
  }

  private static byte[] packets() {
    var publish =
        Packet.Publish.of(0x1001, 0x80001234, 7, "hello".getBytes(StandardCharsets.UTF_8));
    return packets(publish.encoded(), false);
  }

  private static byte[] numbered() {
    return packets(
        Packet.Publish.of(0x1001, 0x80001234, 7, "hello".getBytes(StandardCharsets.UTF_8))
            .encoded(),
        true);
  }

  private static byte[] packets(EncodedPacket packet, boolean numbered) {
    packet.number(0x0102030405060708L);
    return BusMessage.packets(17, 99, List.of(packet), packet.rawLength(), true, numbered);
  }

  @Test
  void everyFormatIsWrittenAsItsFileHasIt() throws IOException {
    assertWritten("client", ClientCodec.encode(CLIENT, 17).value());
    assertWritten("node", NodeCodec.encode(NODE, ADDRESS));
    assertWritten("bus-packets", packets());
    assertWritten("bus-ack", BusMessage.ack(17, 99));
    assertWritten("bus-numbered", numbered());
    assertWritten("bus-mark", packets(BusMessage.mark(7, true), true));
    assertWritten("client-parked", ClientCodec.encode(CLIENT.asParked(), 17).value());
    assertWritten("client-session", ClientCodec.encode(CLIENT, 17, SESSION).value());
    assertWritten("name-keys", nameKeys());
    assertWritten("device", new DeviceJson().encode(DEVICE));
  }

  private static byte[] nameKeys() {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(NameTable.key(NameSpace.TOPIC, 0x1001))
        .putLong(NameTable.key(NameSpace.SUBTOPIC, 0x1001))
        .array();
  }

  @Test
  void whatThisVersionAndTheOneBeforeWroteIsRead() throws IOException {
    for (int format : List.of(FormatVersion.CURRENT, FormatVersion.CURRENT - 1)) {
      assertEquals(CLIENT, ClientCodec.decode("device-1", file(format, "client")).entry());
      NodeCodec.Held node = NodeCodec.decode(file(format, "node"));
      assertEquals(ADDRESS, node.address());
      assertEquals(format, node.info().format());
      assertEquals(NODE.state(), node.info().state());
      assertEquals(NODE.figures(), node.info().figures());
      BusMessage.Received received = BusMessage.read(ByteBuffer.wrap(file(format, "bus-packets")));
      assertTrue(received.ackWanted());
      assertEquals(99, received.sequence());
      assertTrue(BusMessage.read(ByteBuffer.wrap(file(format, "bus-ack"))).isAck());
      assertEquals(DEVICE, new DeviceJson().decode(file(format, "device")));
    }
  }

  @Test
  void whatFormat2AddsForClientsThatMoveIsRead() throws Exception {
    ClientCodec.Held parked = ClientCodec.decode("device-1", file(2, "client-parked"));
    assertEquals(CLIENT.asParked(), parked.entry());
    assertTrue(parked.isParked());
    assertFalse(ClientCodec.decode("device-1", file(2, "client-session")).isParked());
    assertEquals(
        new Orphan(CLIENT, 17, Optional.of("owner"), List.of(0x1001, 0x1002)),
        ClientCodec.decode("device-1", file(2, "client-session")).orphan());
    List<EncodedPacket> read = new ArrayList<>();
    BusMessage.read(ByteBuffer.wrap(file(2, "bus-numbered"))).forEachPacket(read::add);
    assertEquals(0x0102030405060708L, read.get(0).number());
    assertEquals(8, read.get(0).typeCode());
    BusMessage.read(ByteBuffer.wrap(file(2, "bus-mark"))).forEachPacket(read::add);
    assertEquals(0, read.get(1).typeCode());
    assertTrue(BusMessage.isWanted(read.get(1)));
    assertEquals(7, BusMessage.numberOf(read.get(1)));
  }

  @Test
  void fieldsOfALaterVersionAreSkipped() throws IOException {
    byte[] unknown = extension(200, "from the future");
    NodeCodec.Held node = NodeCodec.decode(concat(NodeCodec.encode(NODE, ADDRESS), unknown));
    assertEquals(NODE, node.info());

    byte[] old = ClientCodec.encode(CLIENT, 17).value();
    byte[] info = CLIENT.info().getBytes(StandardCharsets.UTF_8);
    byte[] fixed = Arrays.copyOf(old, old.length - info.length);
    fixed[0] = 2;
    byte[] length = {0, (byte) info.length};
    assertEquals(
        CLIENT, ClientCodec.decode("device-1", concat(fixed, length, info, unknown)).entry());
    byte[] parked = concat(fixed, length, info, unknown, extension(1, ""));
    assertTrue(ClientCodec.decode("device-1", parked).isParked());
    assertThrows(
        UnknownFormatException.class,
        () -> ClientCodec.decode("device-1", Arrays.copyOf(parked, parked.length - 1)));

    byte[] device =
        new String(new DeviceJson().encode(DEVICE), StandardCharsets.UTF_8)
            .replaceFirst("\\{", "{\"later\":{\"x\":1},")
            .getBytes(StandardCharsets.UTF_8);
    assertEquals(DEVICE, new DeviceJson().decode(device));
  }

  @Test
  void anUnknownLayoutIsRefusedAndNeverGuessed() {
    byte[] client = ClientCodec.encode(CLIENT, 17).value();
    client[0] = 77;
    byte[] node = NodeCodec.encode(NODE, ADDRESS);
    node[0] = 77;
    byte[] message = packets();
    message[0] = 77;
    assertThrows(UnknownFormatException.class, () -> ClientCodec.decode("device-1", client));
    assertThrows(UnknownFormatException.class, () -> NodeCodec.decode(node));
    assertThrows(UnknownFormatException.class, () -> BusMessage.read(ByteBuffer.wrap(message)));
    assertThrows(UnknownFormatException.class, () -> WireNumbers.NODE_STATE.constant(3));
    assertThrows(UnknownFormatException.class, () -> WireNumbers.NAME_SPACE.constant(2));
    assertThrows(UnknownFormatException.class, () -> WireNumbers.TRANSPORT.constant(2));
    assertThrows(
        UnknownFormatException.class,
        () ->
            ClientCodec.decode(
                "device-1", Arrays.copyOf(ClientCodec.encode(CLIENT, 1).value(), 9)));
  }

  @Test
  void aNodeTwoFormatsAwayIsRefusedByAReasonThatNamesBoth() throws IOException {
    FormatVersion.check(NODE, withFormat(FormatVersion.CURRENT - 1));
    FormatVersion.check(NODE, withFormat(FormatVersion.CURRENT + 1));
    IOException refused =
        assertThrows(
            IOException.class,
            () -> FormatVersion.check(NODE, withFormat(FormatVersion.CURRENT + 2)));
    assertTrue(
        refused.getMessage().contains("version 9.9.9 with format " + (FormatVersion.CURRENT + 2)));
    assertTrue(refused.getMessage().contains("version 1.0.0 with format " + FormatVersion.CURRENT));
  }

  /** Their marshalling is part of what nodes say to each other. */
  @Test
  void theLibrariesAreThoseOfTheFormat() throws IOException {
    assertEquals(
        Files.readString(FILES.resolve(FormatVersion.CURRENT + "/libraries.txt")).strip(),
        "Infinispan " + Version.getMajorMinor() + ", JGroups " + jgroups());
  }

  private static String jgroups() {
    return org.jgroups.Version.major + "." + org.jgroups.Version.minor;
  }

  private static NodeInfo withFormat(int format) {
    return new NodeInfo(
        18,
        "node2",
        NodeState.READY,
        NODE.httpUrl(),
        8085,
        "9.9.9",
        format,
        NODE.started(),
        Map.of());
  }

  private static byte[] extension(int tag, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Extension.write(new DataOutputStream(bytes), tag, text.getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void aWireNumberStandsForOneConstant() {
    for (NodeState state : NodeState.values()) {
      assertEquals(state, WireNumbers.NODE_STATE.constant(WireNumbers.NODE_STATE.of(state)));
    }
    for (Transport transport : Transport.values()) {
      assertEquals(transport, WireNumbers.TRANSPORT.constant(WireNumbers.TRANSPORT.of(transport)));
    }
    for (NameSpace space : NameSpace.values()) {
      assertEquals(space, WireNumbers.NAME_SPACE.constant(WireNumbers.NAME_SPACE.of(space)));
    }
    assertArrayEquals(
        new int[] {0, 1, 2},
        Arrays.stream(NodeState.values()).mapToInt(WireNumbers.NODE_STATE::of).toArray());
  }
}
