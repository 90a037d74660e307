package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;

/** Packets that a client may not send: SMQ section 6. It is closed with a reason, cleanly. */
class MalformedPacketTest {

  private final BrokerRig rig = BrokerRig.start();
  private final TestClient witness = rig.connected("witness");
  private final TestClient client = rig.connected("client-a");
  private final int tid = client.subscribe("t");

  private void expectClosedWithoutGhost() {
    List<Packet> said = client.all();
    assertEquals(1, said.size());
    Packet.Disconnect goodbye = assertInstanceOf(Packet.Disconnect.class, said.get(0));
    assertEquals(false, goodbye.reason().isEmpty());
    assertEquals(CloseReason.PROTOCOL_ERROR, client.connection.closed());
    assertTrue(rig.broker.client(client.etid()).isEmpty());
    assertEquals(0, rig.broker.topics().find(tid).orElseThrow().localSubscribers());
    witness.send(new Packet.Ping());
    assertEquals(List.of(new Packet.Pong()), witness.all());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 20, 21, 100, 127, 128, 254, 255})
  void aReservedTypeClosesTheClient(int type) {
    client.sendBytes(type, 0, 0, 0, 0);
    expectClosedWithoutGhost();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 7, 16, 18})
  void aTypeThatOnlyTheBrokerSendsClosesTheClient(int type) {
    int[] packet = new int[20];
    packet[0] = type;
    packet[1] = type == 1 ? 1 : 0;
    client.sendBytes(packet);
    expectClosedWithoutGhost();
  }

  @Test
  void aSecondConnectClosesTheClient() {
    client.send(Packet.Connect.version1("client-a", new byte[0], ""));
    expectClosedWithoutGhost();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 19})
  void aMessageWithoutAWholeHeaderClosesTheClient(int type) {
    int[] packet = new int[12];
    packet[0] = type;
    client.sendBytes(packet);
    expectClosedWithoutGhost();
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 14, 15})
  void anIdOfThreeBytesClosesTheClient(int type) {
    client.sendBytes(type, 0, 0, 1);
    expectClosedWithoutGhost();
  }

  @Test
  void bytesBehindACompleteFixedBodyAreIgnored() {
    client.sendBytes(12, 1, 2, 3);
    client.next(Packet.Pong.class);
    int[] unsubscribe = {9, tid >>> 24, tid >>> 16 & 0xFF, tid >>> 8 & 0xFF, tid & 0xFF, 99, 99};
    client.sendBytes(Arrays.stream(unsubscribe).map(b -> b & 0xFF).toArray());
    assertEquals(0, rig.broker.topics().find(tid).orElseThrow().localSubscribers());
    assertNull(client.connection.closed());
  }

  @Test
  void bytesThatAreNoPacketCloseTheClient() {
    client.session.rejected(
        new MalformedPacketException(MalformedPacketException.Reason.BAD_LENGTH));
    expectClosedWithoutGhost();
  }

  @Test
  void aRefusalIsCountedOnceHoweverMuchFollows() {
    client.sendBytes(0);
    client.sendBytes(0);
    client.session.rejected(
        new MalformedPacketException(MalformedPacketException.Reason.BAD_LENGTH));
    assertEquals(1, rig.broker.metrics().refusals(Refusal.MALFORMED_PACKET));
    assertEquals(1, rig.events.stream().filter(e -> e.startsWith("disconnected client-a")).count());
  }

  @Test
  void aDisconnectIsAnsweredWithNothingButTheEnd() {
    client.send(new Packet.Disconnect("bye"));
    client.expectNothing();
    assertEquals(CloseReason.CLIENT_DISCONNECT, client.connection.closed());
    assertEquals(0, rig.broker.topics().find(tid).orElseThrow().localSubscribers());
  }
}
