package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smqcluster.conformance.Rule.rule;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** SMQ sections 3.1 to 3.3: from the connection to Connack, and takeover. */
final class ConnectRules {

  private ConnectRules() {}

  private static void refusedConnect(ConformanceFixture stage, int code, Object... body) {
    Peer peer = stage.open().readInit();
    peer.send(Peer.CONNECT, body);
    peer.expectRefused(code);
  }

  private static byte[] uid(int length) {
    byte[] uid = new byte[length];
    Arrays.fill(uid, (byte) 'u');
    return uid;
  }

  static List<Rule> rules() {
    return List.of(
        rule(
            "2",
            "Init has version 1, a seed and the client's address",
            stage -> {
              Frame first = stage.open().expect(Peer.INIT);
              Frame second = stage.open().expect(Peer.INIT);
              assertEquals(1, first.u8(0));
              assertEquals("127.0.0.1", first.text(5));
              assertNotEquals(first.id(1), second.id(1));
            }),
        rule(
            "3.2",
            "Connect is answered by Connack 0 and an ETID that is not 0",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              assertTrue(a.etid() != 0 && b.etid() != 0 && a.etid() != b.etid());
            }),
        rule(
            "2",
            "Connect of version 2 is accepted",
            stage -> {
              Peer peer = stage.open().readInit();
              String uid = stage.name("version-2");
              peer.send(Peer.CONNECT, Peer.connectBody(2, uid.getBytes(StandardCharsets.UTF_8)));
              peer.readConnack();
            }),
        rule(
            "3.2",
            "a client is addressable by its ETID without subscribing",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              a.publish(b.etid(), "hello");
              b.expectMessage("hello");
            }),
        rule(
            "6",
            "a UID of 5 bytes is refused with Connack 1",
            stage -> refusedConnect(stage, 1, Peer.connectBody(1, uid(5)))),
        rule(
            "6",
            "an empty UID is refused with Connack 1",
            stage -> refusedConnect(stage, 1, Peer.connectBody(1, uid(0)))),
        rule(
            "3.3",
            "a UID of 255 bytes is accepted",
            stage -> {
              Peer peer = stage.open().readInit();
              byte[] uid = uid(255);
              byte[] name = stage.name("long").getBytes(StandardCharsets.UTF_8);
              System.arraycopy(name, 0, uid, 0, name.length);
              peer.send(Peer.CONNECT, Peer.connectBody(1, uid));
              peer.readConnack();
            }),
        rule(
            "3.3",
            "a UID may be any bytes",
            stage -> {
              Peer peer = stage.open().readInit();
              peer.send(Peer.CONNECT, Peer.connectBody(1, new byte[] {-1, -2, 0, 1, -128, 127, 3}));
              peer.readConnack();
            }),
        rule(
            "6",
            "version 0 is refused with Connack 1",
            stage -> refusedConnect(stage, 1, Peer.connectBody(0, uid(8)))),
        rule(
            "6",
            "version 3 is refused with Connack 1",
            stage -> refusedConnect(stage, 1, Peer.connectBody(3, uid(8)))),
        rule(
            "6",
            "a first packet that is no Connect is refused with Connack 1",
            stage -> {
              Peer peer = stage.open().readInit();
              peer.send(Peer.SUBSCRIBE, "topic");
              peer.expectRefused(1);
            }),
        rule(
            "6",
            "a reserved type as first packet is refused with Connack 1",
            stage -> {
              Peer peer = stage.open().readInit();
              peer.send(200, "what");
              peer.expectRefused(1);
            }),
        rule(
            "6",
            "lengths in Connect that overrun the packet are refused with Connack 1",
            stage -> refusedConnect(stage, 1, new byte[] {1, 100, 'a', 'b', 'c', 'd', 'e', 'f'})),
        rule(
            "6",
            "an empty Connect is refused with Connack 1",
            stage -> refusedConnect(stage, 1, new byte[0])),
        rule(
            "6",
            "a truncated Connect is refused with Connack 1",
            stage -> refusedConnect(stage, 1, new byte[] {1, 6, 'a', 'b', 'c', 'd', 'e', 'f'})),
        rule(
            "6",
            "without Connect there is Connack 2 at 4 s",
            stage -> {
              Peer peer = stage.open().readInit();
              long start = System.nanoTime();
              peer.expectRefused(2);
              double seconds = (System.nanoTime() - start) / 1e9;
              assertTrue(seconds > 3 && seconds < 7, "after " + seconds + " s");
            }),
        rule(
            "6",
            "the broker does not wait for a client that sends no Connect",
            stage -> {
              stage.open().readInit();
              stage.connected("alice").expectNothing();
            }),
        rule(
            "6",
            "packets that follow Connect at once are handled",
            stage -> {
              Peer peer = stage.open().readInit();
              peer.sendConnect(stage.name("hasty"));
              peer.send(Peer.PING);
              String topic = stage.name("topic");
              peer.send(Peer.SUBSCRIBE, topic);
              peer.readConnack();
              peer.expect(Peer.PONG);
              assertEquals(topic, peer.expect(Peer.SUBACK).text(5));
            }),
        rule(
            "3.3",
            "a second client with the UID gets the ETID, the first one Disconnect reconnect",
            stage -> {
              Peer old = stage.connected("twin");
              Peer fresh = stage.open().connected(stage.name("twin"));
              assertEquals(old.etid(), fresh.etid());
              assertEquals("reconnect", old.expectDisconnected());
              fresh.expectNothing();
            }),
        rule(
            "3.3",
            "subscriptions do not carry over to a second client with the UID",
            stage -> {
              Peer old = stage.connected("twin");
              int tid = old.subscribe(stage.name("topic"));
              Peer fresh = stage.open().connected(stage.name("twin"));
              old.expectDisconnected();
              Peer sender = stage.connected("sender");
              sender.publish(tid, "lost");
              fresh.expectNothingFrom(sender);
            }),
        rule(
            "6",
            "observers of the ETID get Change 0 when its UID is taken over",
            stage -> {
              Peer old = stage.connected("twin");
              Peer observer = stage.connected("observer");
              observer.send(Peer.OBSERVE, old.etid());
              observer.expectNothing();
              stage.open().connected(stage.name("twin"));
              observer.expectChange(old.etid(), 0);
            }),
        rule(
            "3.3",
            "messages to the ETID reach the client that took it over",
            stage -> {
              stage.connected("twin");
              Peer fresh = stage.open().connected(stage.name("twin"));
              Peer sender = stage.connected("sender");
              sender.publish(fresh.etid(), "for the new one");
              fresh.expectMessage("for the new one");
            }));
  }
}
