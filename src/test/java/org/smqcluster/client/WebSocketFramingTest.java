package org.smqcluster.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smqcluster.client.ScriptedBroker.Peer;
import org.smqcluster.protocol.Packet;

/** The client's side of RFC 6455. */
class WebSocketFramingTest {

  private static final int ETID = 0x40000007;

  private final ScriptedBroker broker = new ScriptedBroker();
  private final ClientRecorder events = new ClientRecorder();
  private SmqClient client;

  @AfterEach
  void endAll() {
    broker.close();
    if (client != null) {
      client.close();
    }
  }

  private Peer connect() throws Exception {
    client = SmqClient.builder(broker.url("ws")).uid("tester").listener(events).start();
    Peer peer = broker.acceptClient(ETID);
    events.expect("connected " + ETID);
    client.subscribeDirect(message -> events.note(message.text()));
    return peer;
  }

  @Test
  void theKeyIsAnsweredAsTheExampleOfTheRfcHasIt() {
    assertEquals(
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketFraming.acceptFor("dGhlIHNhbXBsZSBub25jZQ=="));
  }

  @Test
  void theUpgradeHasAFreshKeyOf16Bytes() throws Exception {
    client = SmqClient.builder(broker.url("ws") + "?a=b").start();
    Peer peer = broker.accept();
    assertEquals("GET /smq.lsp?a=b HTTP/1.1", peer.request().get(0));
    assertTrue(peer.request().contains("Sec-WebSocket-Version: 13"));
    assertTrue(
        peer.request().stream().anyMatch(l -> l.matches("Sec-WebSocket-Key: [\\w+/]{22}==")));
  }

  @Test
  void anAnswerToAnotherKeyIsRefused() {
    byte[] answer =
        ("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: "
                + WebSocketFraming.acceptFor("another")
                + "\r\n\r\n")
            .getBytes(UTF_8);
    assertThrows(
        IOException.class,
        () ->
            WebSocketFraming.open(
                new ByteArrayInputStream(answer),
                new ByteArrayOutputStream(),
                BrokerUri.parseAll("ws://localhost/").get(0),
                Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"1", "125", "126", "65520"})
  void messagesOfAllLengthsArriveUnmasked(int length) throws Exception {
    Peer peer = connect();
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) 'x');
    client.publish(5, payload);
    assertArrayEquals(payload, peer.expect(Packet.Publish.class).payload());
    peer.send(Packet.Publish.of(ETID, 5, 0, payload));
    events.expect("x".repeat(length));
  }

  @Test
  void aFragmentedMessageIsAssembledAndAPingBetweenIsAnswered() throws Exception {
    Peer peer = connect();
    byte[] packet = Packet.Publish.of(ETID, 5, 0, "whole".getBytes(UTF_8)).encoded().raw();
    ByteBuffer message = ByteBuffer.wrap(packet, 2, packet.length - 2);
    sendFrame(peer, 0x02, take(message, 3));
    sendFrame(peer, 0x89, "alive?".getBytes(UTF_8));
    sendFrame(peer, 0x00, take(message, 10));
    sendFrame(peer, 0x00, new byte[0]);
    sendFrame(peer, 0x80, take(message, message.remaining()));
    events.expect("whole");
    assertEquals("alive?", new String(peer.readFrame(0x8A), UTF_8));
    sendFrame(peer, 0x8A, new byte[0]);
    peer.send(Packet.Publish.of(ETID, 5, 0, "next".getBytes(UTF_8)));
    events.expect("next");
  }

  private static byte[] take(ByteBuffer from, int length) {
    byte[] part = new byte[length];
    from.get(part);
    return part;
  }

  private static void sendFrame(Peer peer, int head, byte[] payload) throws IOException {
    peer.sendBytes((byte) head, (byte) payload.length);
    peer.sendBytes(payload);
  }

  @Test
  void aCloseFrameIsEchoedAndItsReasonReported() throws Exception {
    Peer peer = connect();
    sendFrame(peer, 0x88, HexFormat.of().parseHex("03f1" + "746f6f206c6f6e67"));
    assertArrayEquals(HexFormat.of().parseHex("03f1"), peer.readFrame(0x88));
    peer.expectEnd();
    events.expect("disconnected CONNECTION_LOST again");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a masked frame,                  828100000000 00",
    "a reserved bit,                  c20100",
    "an unknown opcode,               830100",
    "a text message,                  810100",
    "an unknown control opcode,       8b00",
    "a continuation of nothing,       800100",
    "a message within a message,      020100 820100",
    "a control frame of 126 bytes,    897e007e",
    "a control frame in fragments,    0900",
    "a message longer than a packet,  827effff",
    "a message of 2^63 bytes,         827fffffffffffffffff"
  })
  void aFrameThatBreaksTheRulesEndsTheConnection(String what, String hex) throws Exception {
    Peer peer = connect();
    peer.sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    events.expect("disconnected CONNECTION_LOST again");
  }
}
