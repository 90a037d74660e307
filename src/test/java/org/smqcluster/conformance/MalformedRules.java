package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.conformance.Rule.rule;
import static org.smqcluster.conformance.Rule.webSocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SMQ section 6: what breaks the protocol closes its sender with a reason, and no other. */
final class MalformedRules {

  private MalformedRules() {}

  /** The packet closes its sender with Disconnect and a reason, its ETID is gone at once. */
  private static Rule closes(String what, int type, Object... body) {
    return rule(
        "6",
        what + " closes the client with a reason, and no other",
        stage -> {
          Peer witness = stage.connected("witness");
          Peer peer = stage.connected("client");
          witness.send(Peer.OBSERVE, peer.etid());
          witness.expectNothing();
          peer.send(type, body);
          peer.expectDisconnected();
          witness.expectChange(peer.etid(), 0);
          witness.expectNothing();
        });
  }

  static List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    for (int type : new int[] {0, 10, 20, 21, 64, 127, 128, 254, 255}) {
      rules.add(closes("reserved type " + type, type, new byte[8]));
    }
    rules.add(closes("Init from a client", Peer.INIT, new byte[] {1, 0, 0, 0, 0, 'x'}));
    rules.add(closes("Connack from a client", Peer.CONNACK, new byte[5]));
    rules.add(closes("Suback from a client", Peer.SUBACK, new byte[5]));
    rules.add(closes("Createack from a client", Peer.CREATEACK, new byte[5]));
    rules.add(closes("Change from a client", Peer.CHANGE, new byte[8]));
    rules.add(closes("Createsuback from a client", Peer.CREATESUBACK, new byte[5]));
    rules.add(
        closes(
            "a second Connect",
            Peer.CONNECT,
            Peer.connectBody(1, "another-uid".getBytes(StandardCharsets.UTF_8))));
    rules.add(closes("an empty Publish", Peer.PUBLISH));
    rules.add(closes("a Publish of 11 bytes", Peer.PUBLISH, new byte[11]));
    rules.add(closes("a PubFrag of 11 bytes", Peer.PUBFRAG, new byte[11]));
    rules.add(closes("an Unsubscribe of 3 bytes", Peer.UNSUBSCRIBE, new byte[3]));
    rules.add(closes("an Observe of 3 bytes", Peer.OBSERVE, new byte[3]));
    rules.add(closes("an Unobserve of 3 bytes", Peer.UNOBSERVE, new byte[3]));
    rules.add(
        rule(
            "6",
            "bytes behind a complete fixed body are ignored",
            stage -> {
              Peer peer = stage.connected("client");
              peer.send(Peer.PING, "ignored");
              peer.expect(Peer.PONG);
              peer.send(Peer.UNSUBSCRIBE, 424_245, "ignored");
              peer.send(Peer.UNOBSERVE, 424_245, "ignored");
              peer.expectNothing();
            }));
    rules.addAll(webSocketRules());
    return rules;
  }

  private static Rule breaks(String what, int first, byte[] payload, boolean masked) {
    return webSocket(
        "RFC 6455",
        what + " closes the client, and no other",
        stage -> {
          Peer witness = stage.connected("witness");
          Peer peer = stage.connected("client");
          witness.send(Peer.OBSERVE, peer.etid());
          witness.expectNothing();
          ((WebSocketWire) peer.wire).sendFrame(first, payload, masked);
          peer.wire.untilClosed();
          witness.expectChange(peer.etid(), 0);
        });
  }

  private static List<Rule> webSocketRules() {
    byte[] ping = {Peer.PING};
    return List.of(
        webSocket(
            "6",
            "PubFrag over WebSocket closes the client with a reason",
            stage -> {
              Peer peer = stage.connected("client");
              peer.send(Peer.PUBFRAG, 0, peer.etid(), 0, "part");
              peer.expectDisconnected();
            }),
        webSocket(
            "6",
            "a text message is taken as binary",
            stage -> {
              Peer peer = stage.connected("client");
              ((WebSocketWire) peer.wire).sendFrame(0x80 | WebSocketWire.TEXT, ping, true);
              peer.expect(Peer.PONG);
            }),
        webSocket(
            "6",
            "a fragmented WebSocket message is assembled, control frames may come between",
            stage -> {
              Peer peer = stage.connected("client");
              WebSocketWire socket = (WebSocketWire) peer.wire;
              byte[] packet = Peer.packet(Peer.PUBLISH, peer.etid(), peer.etid(), 0, "in pieces");
              socket.sendFrame(WebSocketWire.BINARY, Arrays.copyOf(packet, 5), true);
              socket.sendFrame(0x80 | WebSocketWire.PING, new byte[] {42}, true);
              socket.sendFrame(WebSocketWire.CONTINUATION, new byte[0], true);
              socket.sendFrame(
                  0x80 | WebSocketWire.CONTINUATION,
                  Arrays.copyOfRange(packet, 5, packet.length),
                  true);
              assertTrue(peer.expect(1000 + WebSocketWire.PONG).body()[0] == 42);
              peer.expectMessage("in pieces");
            }),
        webSocket(
            "6",
            "a WebSocket ping is echoed",
            stage -> {
              Peer peer = stage.connected("client");
              byte[] payload = "are you there".getBytes(StandardCharsets.UTF_8);
              ((WebSocketWire) peer.wire).sendFrame(0x80 | WebSocketWire.PING, payload, true);
              Frame pong = peer.expect(1000 + WebSocketWire.PONG);
              assertTrue(Arrays.equals(payload, pong.body()));
            }),
        webSocket(
            "6",
            "a message longer than a packet can be closes the client with 1009 or a reason",
            stage -> {
              Peer peer = stage.connected("client");
              peer.send(Peer.PUBLISH, peer.etid(), peer.etid(), 0, new byte[0xFFF1]);
              Frame last = peer.wire.untilClosed();
              boolean reason = last != null && last.type() == Peer.DISCONNECT;
              int code = ((WebSocketWire) peer.wire).closeCode();
              assertTrue(reason || code == 1009, "close code " + code + ", last " + last);
            }),
        breaks("an unmasked frame", 0x80 | WebSocketWire.BINARY, ping, false),
        breaks("a frame with reserved bits", 0xF0 | WebSocketWire.BINARY, ping, true),
        breaks("a reserved opcode", 0x80 | 5, ping, true),
        breaks("a continuation of nothing", 0x80, ping, true),
        breaks("a fragmented control frame", WebSocketWire.PING, ping, true),
        breaks("a control frame of 126 bytes", 0x80 | WebSocketWire.PING, new byte[126], true),
        breaks("an empty message", 0x80 | WebSocketWire.BINARY, new byte[0], true),
        breaks("a close frame of one byte", 0x80 | WebSocketWire.CLOSE, new byte[1], true));
  }
}
