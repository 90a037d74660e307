package org.smqcluster.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.testing.Await;
import org.smqcluster.testing.NodeProcess;

/** What holds for the broker's URL whichever way frames are read and written. */
abstract class WebSocketScenarios {

  private static final Duration COUNTED = Duration.ofSeconds(30);

  /** The node under test. */
  abstract NodeProcess node();

  /** Where the broker takes WebSockets without TLS. */
  int port() {
    return node().httpPort();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 112, 113, 5000, ProtocolLimits.MAX_PAYLOAD})
  void payloadOfAnyLengthComesBackUnchanged(int length) throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      byte[] message = peer.publish(peer.subscribe(topic()), Frames.payload(length));
      peer.send(Frames.message(message));
      assertArrayEquals(message, peer.next().payload());
    }
  }

  @Test
  void textIsTakenAsBinary() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(Frames.frame(0x80 | Frames.TEXT, new byte[] {12}));
      assertArrayEquals(new byte[] {13}, peer.next().payload());
    }
  }

  @Test
  void fragmentsArePutTogetherAndAPingBetweenThemIsAnswered() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      byte[] message = peer.publish(peer.subscribe(topic()), Frames.payload(3000));
      peer.send(Frames.frame(Frames.BINARY, Arrays.copyOf(message, 1000)));
      peer.send(Frames.frame(0x80 | Frames.PING, Frames.payload(7)));
      WebSocketPeer.Frame pong = peer.next();
      assertEquals(Frames.PONG, pong.opcode());
      assertArrayEquals(Frames.payload(7), pong.payload());
      peer.send(Frames.frame(0x80, Arrays.copyOfRange(message, 1000, message.length)));
      assertArrayEquals(message, peer.next().payload());
    }
  }

  @Test
  void packetsOfOneSegmentAreAnsweredInTheirOrder() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      int tid = peer.subscribe(topic());
      byte[][] messages = new byte[200][];
      byte[][] frames = new byte[messages.length][];
      for (int i = 0; i < messages.length; i++) {
        messages[i] = peer.publish(tid, Frames.payload(i));
        frames[i] = Frames.message(messages[i]);
      }
      peer.send(Frames.concat(frames));
      for (byte[] message : messages) {
        assertArrayEquals(message, peer.next().payload());
      }
    }
  }

  @Test
  void messageLongerThanAnyPacketIsRefusedWithClose1009() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(Frames.message(new byte[ProtocolLimits.MAX_MESSAGE + 1]));
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertEquals(WebSocketPeer.DISCONNECT, rest.get(0).payload()[0]);
      assertEquals(1009, rest.get(1).closeCode());
    }
  }

  @Test
  void fragmentsThatAddUpToTooMuchAreRefusedWithClose1009() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(Frames.frame(Frames.BINARY, new byte[40_000]));
      peer.send(Frames.frame(Frames.CONTINUATION, new byte[40_000]));
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertEquals(1009, rest.get(rest.size() - 1).closeCode());
    }
  }

  @Test
  void disconnectOfTheClientIsAnsweredByClose1000() throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(Frames.message(new byte[] {WebSocketPeer.DISCONNECT}));
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertEquals(1, rest.size());
      assertEquals(1000, rest.get(0).closeCode());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 4001})
  void closeFrameIsAnsweredWithItsCode(int code) throws IOException {
    try (WebSocketPeer peer = WebSocketPeer.connected(port())) {
      peer.send(Frames.close(code));
      List<WebSocketPeer.Frame> rest = peer.rest();
      assertEquals(1, rest.size());
      assertEquals(code, rest.get(0).closeCode());
    }
  }

  @Test
  void clientThatIsTakenOverIsToldAndClosed() throws IOException {
    String uid = UUID.randomUUID().toString();
    try (WebSocketPeer first = WebSocketPeer.connected(port(), uid);
        WebSocketPeer second = WebSocketPeer.connected(port(), uid)) {
      List<WebSocketPeer.Frame> rest = first.rest();
      assertEquals(first.etid(), second.etid());
      assertTrue(rest.get(0).text().contains("reconnect"));
      assertEquals(1008, rest.get(1).closeCode());
    }
  }

  @Test
  void connectThatComesTogetherWithTheHandshakeIsAnswered() throws IOException {
    byte[] connect = Frames.message(WebSocketPeer.connect(UUID.randomUUID().toString()));
    try (WebSocketPeer peer = new WebSocketPeer(port(), connect)) {
      assertEquals(1, peer.next().payload()[0]);
      assertEquals(3, peer.next().payload()[0]);
    }
  }

  /** The container finds the endpoint by more spellings than the broker's filter is mapped to. */
  @Test
  void otherSpellingsOfTheUrlWithBytesBehindTheHandshakeHoldNoThread() throws IOException {
    List<Socket> peers = new ArrayList<>();
    try {
      for (String path :
          List.of("/smq.lsp/", "//smq.lsp", "/smq.lsp;a=b", "/%73mq.lsp", "/./smq.lsp", "/smq/")) {
        for (int i = 0; i < 10; i++) {
          Socket peer = new Socket("127.0.0.1", port());
          peers.add(peer);
          byte[] handshake =
              WebSocketPeer.handshake(path, "127.0.0.1").getBytes(StandardCharsets.US_ASCII);
          byte[] connect = Frames.message(WebSocketPeer.connect(UUID.randomUUID().toString()));
          peer.getOutputStream().write(Frames.concat(handshake, connect));
        }
      }
      assertTimeout(
          Duration.ofSeconds(10),
          () -> {
            brokerUrlIsAPageForPeople();
            connectThatComesTogetherWithTheHandshakeIsAnswered();
          });
    } finally {
      for (Socket peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void initTellsTheClientItsAddress() throws IOException {
    try (WebSocketPeer peer = new WebSocketPeer(port(), new byte[0])) {
      assertTrue(peer.next().text().endsWith("127.0.0.1"));
    }
  }

  @Test
  void noExtensionAndNoSubprotocolIsAgreedTo() throws IOException {
    try (WebSocketPeer peer =
        new WebSocketPeer(
            port(),
            new byte[0],
            "Sec-WebSocket-Extensions: permessage-deflate",
            "Sec-WebSocket-Protocol: mqtt")) {
      assertTrue(peer.head().startsWith("HTTP/1.1 101"), peer.head());
      assertFalse(peer.head().contains("Sec-WebSocket-Extensions"), peer.head());
      assertFalse(peer.head().contains("Sec-WebSocket-Protocol"), peer.head());
    }
  }

  static Stream<Arguments> handshakes() {
    String head = "Host: 127.0.0.1\r\nUpgrade: websocket\r\n";
    String version = "Sec-WebSocket-Version: 13\r\n";
    String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    String rest = head + version + key;
    String whole = rest + "Connection: keep-alive, upgrade\r\n";
    return Stream.of(
        Arguments.of(101, "GET /smq.lsp HTTP/1.1", whole),
        Arguments.of(101, "GET /smq.lsp?a=[]{}|^ HTTP/1.1", whole),
        Arguments.of(101, "GET /smq.lsp HTTP/1.1", whole + "Sec-WebSocket-Extensions:\r\n"),
        Arguments.of(101, "GET /smq.lsp;a=b HTTP/1.1", whole),
        Arguments.of(400, "GET /smq.lsp HTTP/1.0", whole),
        Arguments.of(400, "POST /smq.lsp HTTP/1.1", whole),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole + "Content-Length: 5\r\n"),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole + "Transfer-Encoding: chunked\r\n"),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", rest),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", rest + "Connection: close\r\n"),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole.replace(key, "")),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole.replace(key, "Sec-WebSocket-Key:\r\n")),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole.replace("==", "")),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole.replace("==", "AA")),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole.replace("dGhl", "dG!l")),
        Arguments.of(400, "GET /smq.lsp HTTP/1.1", whole + key),
        Arguments.of(403, "GET /smq.lsp HTTP/1.1", whole + "Origin: http://evil.example\r\n"),
        Arguments.of(403, "GET /smq.lsp HTTP/1.1", whole + "Origin:\r\n"),
        Arguments.of(426, "GET /smq.lsp HTTP/1.1", whole.replace("Version: 13", "Version: 8")),
        Arguments.of(426, "GET /smq.lsp HTTP/1.1", whole.replace(version, "")));
  }

  @ParameterizedTest
  @MethodSource("handshakes")
  void handshakeIsAcceptedOrRefused(int status, String request, String headers) throws IOException {
    try (Socket peer = new Socket("127.0.0.1", port())) {
      peer.setSoTimeout(15_000);
      peer.getOutputStream()
          .write((request + "\r\n" + headers + "\r\n12345").getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(peer.getInputStream(), StandardCharsets.ISO_8859_1));
      String line = answer.readLine();
      assertTrue(line != null && line.startsWith("HTTP/1.1 " + status), line);
    }
  }

  @Test
  void refusedHandshakesAreCountedByReason() throws Exception {
    awaitCounted();
    double foreign = refused("origin");
    double bad = refused("bad-handshake");
    for (Arguments each : handshakes().toList()) {
      int status = (int) each.get()[0];
      handshakeIsAcceptedOrRefused(status, (String) each.get()[1], (String) each.get()[2]);
      foreign += status == 403 ? 1 : 0;
      bad += status == 400 || status == 426 ? 1 : 0;
    }
    double allForeign = foreign;
    double allBad = bad;
    Await.until(
        "all to be counted",
        COUNTED,
        () -> refused("origin") >= allForeign && refused("bad-handshake") >= allBad);
    awaitCounted();
    assertEquals(foreign, refused("origin"));
    assertEquals(bad, refused("bad-handshake"));
  }

  /**
   * Waits until all that was refused before is counted. Counters are published one after the other,
   * once a second; so all are, behind two refusals of another kind that were published one by one.
   */
  private void awaitCounted() throws IOException {
    for (int i = 0; i < 2; i++) {
      double before = refused("bad-uid");
      try (WebSocketPeer peer = new WebSocketPeer(port(), new byte[0])) {
        peer.send(Frames.message(WebSocketPeer.connect("short")));
        peer.rest();
      }
      Await.until("the refusal to be published", COUNTED, () -> refused("bad-uid") > before);
    }
  }

  private double refused(String reason) {
    return node()
        .get("/metrics")
        .lines()
        .filter(line -> line.startsWith("smq_refused_total{"))
        .filter(line -> line.contains("reason=\"" + reason + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void aClientThatDoesNotReadDelaysNoOther() throws IOException {
    String topic = topic();
    try (WebSocketPeer publisher = WebSocketPeer.connected(port());
        WebSocketPeer stuck = WebSocketPeer.connected(port())) {
      stuck.subscribe(topic);
      byte[] message = publisher.publish(publisher.subscribe(topic), Frames.payload(50_000));
      // more than the outbox, the server and both systems together keep for one client
      for (int i = 0; i < 400; i++) {
        sendToAll(publisher, message);
      }
      assertArrayEquals(message, stuck.next().payload());
    }
  }

  @Test
  void clientThatReadsLateGetsWholeMessagesInTheirOrder() throws IOException {
    String topic = topic();
    try (WebSocketPeer publisher = WebSocketPeer.connected(port());
        WebSocketPeer late = WebSocketPeer.connected(port())) {
      late.subscribe(topic);
      int tid = publisher.subscribe(topic);
      // more than is kept for one client: some of them are dropped
      for (int number = 0; number < 400; number++) {
        sendToAll(publisher, numbered(publisher, tid, number));
      }
      int last = -1;
      for (int next = 400; last < 400; next++) {
        byte[] received = late.next().payload();
        int number = ByteBuffer.wrap(received).getInt(received.length - Integer.BYTES);
        assertTrue(number > last, number + " after " + last);
        assertArrayEquals(numbered(publisher, tid, number), received);
        last = number;
        sendToAll(publisher, numbered(publisher, tid, next));
      }
    }
  }

  /** A message that ends with its number. */
  private static byte[] numbered(WebSocketPeer publisher, int tid, int number) {
    byte[] payload = Frames.payload(50_000);
    ByteBuffer.wrap(payload).putInt(payload.length - Integer.BYTES, number);
    return publisher.publish(tid, payload);
  }

  /** Returns when the publisher, which subscribes as well, has it. */
  private static void sendToAll(WebSocketPeer publisher, byte[] message) throws IOException {
    publisher.send(Frames.message(message));
    assertArrayEquals(message, publisher.next().payload());
  }

  @Test
  void brokerUrlIsAPageForPeople() {
    HttpResponse<String> page = node().send(node().request("/smq.lsp"));
    assertEquals(200, page.statusCode());
    assertTrue(page.body().contains("SMQ message broker"), page.body());
    assertEquals(
        405,
        node()
            .send(node().request("/smq").POST(HttpRequest.BodyPublishers.ofString("x")))
            .statusCode());
  }

  static String topic() {
    return "/websocket/" + UUID.randomUUID();
  }
}
