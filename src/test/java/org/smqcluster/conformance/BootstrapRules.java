package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.conformance.Rule.raw;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** SMQ section 1: the HTTP request that starts the raw transport, and its framing. */
final class BootstrapRules {

  private BootstrapRules() {}

  private static Rule starts(String what, String request) {
    return raw("1", what, stage -> stage.openRaw(request, false).connected(stage.name("uid")));
  }

  private static Rule answers(String what, String request, String status) {
    return raw(
        "1",
        what,
        stage -> {
          String answer = http(stage.nextDoor().port(), request);
          assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
          assertTrue(answer.contains("\r\n\r\n"), answer);
        });
  }

  /** Everything that the port answers until it closes. */
  private static String http(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      socket.setSoTimeout((int) Wire.PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Rule badLength(int length) {
    return raw(
        "6",
        "raw length " + length + " closes the client with a reason, and no other",
        stage -> {
          Peer witness = stage.connected("witness");
          Peer peer = stage.connected("client");
          witness.send(Peer.OBSERVE, peer.etid());
          witness.expectNothing();
          peer.wire.sendRaw(new byte[] {0, (byte) length, Peer.PING, 0, 3, Peer.PING});
          peer.expectDisconnected();
          witness.expectChange(peer.etid(), 0);
        });
  }

  static List<Rule> rules() {
    return List.of(
        starts("an HTTP/1.0 GET with SimpleMQ starts the raw transport", RawWire.REQUEST),
        starts(
            "an HTTP/1.1 GET with other headers around starts the raw transport",
            "GET /smq.lsp HTTP/1.1\r\nHost: x\r\nUser-Agent: y\r\nSimpleMQ: z\r\nA: b\r\n\r\n"),
        starts(
            "header names in any case start the raw transport",
            "GET /smq.lsp HTTP/1.1\r\nsImPlEmQ:1\r\nHOST:x\r\n\r\n"),
        starts("the path /smq is served, too", "GET /smq HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n"),
        starts(
            "a query behind the path is ignored",
            "GET /smq.lsp?x=1 HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n"),
        starts("other verbs are taken as well", "PUT /smq.lsp HTTP/1.1\r\nSimpleMQ: 1\r\n\r\n"),
        starts(
            "a whole URL as target is taken as well",
            "GET http://127.0.0.1/smq.lsp HTTP/1.1\r\nSimpleMQ: 1\r\n\r\n"),
        starts("lines may end in a bare line feed", "GET /smq.lsp HTTP/1.0\nSimpleMQ: 1\n\n"),
        raw(
            "1",
            "with SendSmqHttpResponse there is a 200 header block with SmqBroker, then Init",
            stage -> {
              Peer peer =
                  stage.openRaw(
                      "GET /smq.lsp HTTP/1.1\r\nSendSmqHttpResponse: true\r\nSimpleMQ: 1\r\n\r\n",
                      true);
              String head = peer.wire.next().text(0);
              assertTrue(head.startsWith("HTTP/1.1 200"), head);
              assertTrue(head.contains("\r\nSmqBroker: true\r\n"), head);
              assertTrue(!head.toLowerCase().contains("transfer-encoding"), head);
              peer.connected(stage.name("uid"));
            }),
        raw(
            "1",
            "a bootstrap that comes byte by byte starts the raw transport",
            stage -> {
              Peer peer = stage.openRaw("", false);
              for (char c : RawWire.REQUEST.toCharArray()) {
                peer.wire.sendRaw(new byte[] {(byte) c});
              }
              peer.connected(stage.name("uid"));
            }),
        raw(
            "6",
            "Connect in the same segment as the bootstrap is accepted",
            stage -> {
              byte[] uid = stage.name("uid").getBytes(StandardCharsets.UTF_8);
              byte[] connect = RawWire.framed(Peer.packet(Peer.CONNECT, Peer.connectBody(1, uid)));
              Peer peer =
                  stage.openRaw(
                      RawWire.REQUEST + new String(connect, StandardCharsets.ISO_8859_1), false);
              peer.readInit().readConnack();
            }),
        raw(
            "1",
            "packets that come byte by byte are understood",
            stage -> {
              Peer peer = stage.connected("uid");
              byte[] publish = Peer.packet(Peer.PUBLISH, peer.etid(), peer.etid(), 0, "slowly");
              for (byte b : RawWire.framed(publish)) {
                peer.wire.sendRaw(new byte[] {b});
              }
              peer.expectMessage("slowly");
            }),
        raw(
            "1",
            "many packets in one segment are understood",
            stage -> {
              Peer peer = stage.connected("uid");
              byte[] ping = RawWire.framed(new byte[] {Peer.PING});
              byte[] many = new byte[ping.length * 1000];
              for (int i = 0; i < many.length; i++) {
                many[i] = ping[i % ping.length];
              }
              peer.wire.sendRaw(many);
              for (int i = 0; i < 1000; i++) {
                peer.expect(Peer.PONG);
              }
            }),
        answers("another path is 404", "GET /other HTTP/1.0\r\nSimpleMQ: 1\r\n\r\n", "404"),
        answers(
            "a plain GET of the broker's URL answers with a page that says what it is",
            "GET /smq.lsp HTTP/1.0\r\n\r\n",
            "200"),
        answers(
            "a WebSocket upgrade is told where WebSocket is served",
            "GET /smq.lsp HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "400"),
        answers("what is no HTTP is 400", "HELLO\r\n\r\n", "400"),
        answers(
            "a header block over 8 KiB is 431",
            "GET /smq.lsp HTTP/1.0\r\nX: " + "x".repeat(9000) + "\r\nSimpleMQ: 1\r\n\r\n",
            "431"),
        raw(
            "1",
            "a bootstrap that is not completed is closed in time",
            stage -> {
              long start = System.nanoTime();
              http(stage.nextDoor().port(), "GET /smq.lsp HTTP/1.0\r\n");
              assertEquals(5.0, (System.nanoTime() - start) / 1e9, 2.5, "seconds");
            }),
        badLength(0),
        badLength(1),
        badLength(2),
        raw(
            "6",
            "raw length 0 instead of Connect is refused with Connack 1",
            stage -> {
              Peer peer = stage.open().readInit();
              peer.wire.sendRaw(new byte[] {0, 0, 0});
              peer.expectRefused(1);
            }));
  }
}
