package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.smqcluster.conformance.Rule.raw;
import static org.smqcluster.conformance.Rule.rule;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** SMQ sections 3.4 to 3.6: topics, messages, fragments, order. */
final class MessageRules {

  private static final int MAX_PAYLOAD = 0xFFF0;

  private MessageRules() {}

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static List<Rule> rules() {
    return List.of(
        rule(
            "3.4",
            "a name has one TID, by Create and by Subscribe, for every client",
            stage -> {
              String topic = stage.name("topic");
              int tid = stage.connected("alice").create(topic);
              Peer b = stage.connected("bobby");
              assertEquals(tid, b.subscribe(topic));
              assertEquals(tid, b.create(topic));
              assertNotEquals(tid, b.create(topic + "2"));
            }),
        rule(
            "3.4",
            "sub-topics keep their ids",
            stage -> {
              String name = stage.name("sub");
              int id = stage.connected("alice").createSub(name);
              assertEquals(id, stage.connected("bobby").createSub(name));
            }),
        rule(
            "6",
            "an empty topic name is refused with status 1",
            stage -> {
              Peer peer = stage.connected("alice");
              int[][] types = {
                {Peer.SUBSCRIBE, Peer.SUBACK},
                {Peer.CREATE, Peer.CREATEACK},
                {Peer.CREATESUB, Peer.CREATESUBACK}
              };
              for (int[] type : types) {
                peer.send(type[0]);
                Frame ack = peer.expect(type[1]);
                assertEquals(1, ack.u8(0));
                assertEquals(0, ack.id(1));
              }
            }),
        rule(
            "6",
            "a topic name that is too long is refused with status 1",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.send(Peer.SUBSCRIBE, "x".repeat(5000));
              assertEquals(1, peer.expect(Peer.SUBACK).u8(0));
              peer.expectNothing();
            }),
        rule(
            "3.4",
            "topic names are bytes and come back unchanged",
            stage -> {
              Peer peer = stage.connected("alice");
              byte[] name = {(byte) 0xC3, 0x28, 0, (byte) 0xFF};
              peer.send(Peer.CREATE, name);
              Frame ack = peer.expect(Peer.CREATEACK);
              assertEquals(
                  new String(name, StandardCharsets.ISO_8859_1),
                  new String(ack.bytes(5), StandardCharsets.ISO_8859_1));
            }),
        rule(
            "3.5",
            "every subscriber gets a message unchanged, others do not",
            stage -> {
              String topic = stage.name("topic");
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              Peer c = stage.connected("carol");
              Peer sender = stage.connected("sender");
              int tid = a.subscribe(topic);
              b.subscribe(topic);
              int subtid = sender.createSub(stage.name("sub"));
              byte[] payload = random(1000);
              sender.publish(tid, subtid, payload);
              a.expectMessage(tid, sender.etid(), subtid, payload);
              b.expectMessage(tid, sender.etid(), subtid, payload);
              c.expectNothingFrom(sender);
              a.expectNothingFrom(sender);
            }),
        rule(
            "3.5",
            "a message to an ETID reaches its owner alone, unchanged",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              Peer sender = stage.connected("sender");
              byte[] payload = random(100);
              sender.publish(a.etid(), 77, payload);
              a.expectMessage(a.etid(), sender.etid(), 77, payload);
              b.expectNothingFrom(sender);
            }),
        rule(
            "3.5",
            "a reply to the publisher's ETID arrives",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              int tid = a.subscribe(stage.name("requests"));
              b.publish(tid, "question");
              a.publish(a.expect(Peer.PUBLISH).id(4), "answer");
              b.expectMessage("answer");
            }),
        rule(
            "6",
            "the publisher gets its own message if it subscribes",
            stage -> {
              Peer peer = stage.connected("alice");
              int tid = peer.subscribe(stage.name("topic"));
              peer.publish(tid, "to myself");
              peer.expectMessage("to myself");
            }),
        rule(
            "3.4",
            "subscribing twice is one delivery and two Subacks",
            stage -> {
              String topic = stage.name("topic");
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              int tid = a.subscribe(topic);
              assertEquals(tid, a.subscribe(topic));
              b.publish(tid, "once");
              a.expectMessage("once");
              a.expectNothingFrom(b);
            }),
        rule(
            "6",
            "self is an ordinary topic name",
            stage -> {
              Peer a = stage.connected("alice");
              int tid = a.subscribe("self");
              a.publish(tid, "hello");
              a.expectMessage("hello");
            }),
        rule(
            "3.5",
            "an empty payload is delivered",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              b.publish(a.etid(), "");
              a.expectMessage("");
            }),
        rule(
            "6",
            "a payload of 0xFFF0 bytes is delivered",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              byte[] payload = random(MAX_PAYLOAD);
              b.publish(a.etid(), payload);
              a.expectMessage(a.etid(), b.etid(), 0, payload);
            }),
        rule(
            "6",
            "a publish to an unknown id, or to 0, is dropped silently",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.publish(0, "nothing");
              peer.publish(123_456_789, "no topic");
              peer.publish(0x7FFFFFFE, "no client");
              peer.publish(-1, "beyond");
              peer.expectNothing();
            }),
        rule(
            "6",
            "a wrong publisher ETID: Disconnect corrupt frame, nothing delivered",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              int tid = a.subscribe(stage.name("topic"));
              b.send(Peer.PUBLISH, tid, a.etid(), 0, "forged");
              assertEquals("corrupt frame", b.expectDisconnected());
              a.expectNothingFrom(stage.connected("carol"));
            }),
        rule(
            "3.6",
            "the order of one publisher is kept, whatever the sizes and receivers",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              int tid = a.subscribe(stage.name("topic"));
              for (int i = 0; i < 500; i++) {
                b.publish(i % 3 == 0 ? a.etid() : tid, i % 7 == 0 ? 1 : 0, i + "x".repeat(i * 3));
              }
              for (int i = 0; i < 500; i++) {
                a.expectMessage(i + "x".repeat(i * 3));
              }
            }),
        rule(
            "3.8",
            "after Unsubscribe nothing comes, and there is no answer",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              int tid = a.subscribe(stage.name("topic"));
              a.send(Peer.UNSUBSCRIBE, tid);
              a.expectNothing();
              b.publish(tid, "too late");
              a.expectNothingFrom(b);
            }),
        rule(
            "3.8",
            "Unsubscribe of what is not subscribed is a no-op",
            stage -> {
              Peer peer = stage.connected("alice");
              peer.send(Peer.UNSUBSCRIBE, 424242);
              peer.send(Peer.UNSUBSCRIBE, peer.create(stage.name("topic")));
              peer.expectNothing();
            }),
        raw(
            "6",
            "fragments arrive as one message with the last one's header, others come between",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              b.send(Peer.PUBFRAG, 0, b.etid(), 1, "one ");
              b.publish(a.etid(), "between");
              b.send(Peer.PUBFRAG, 0, b.etid(), 2, "two ");
              b.send(Peer.PING);
              b.send(Peer.PUBFRAG, a.etid(), b.etid(), 3, "three");
              a.expectMessage("between");
              byte[] whole = "one two three".getBytes(StandardCharsets.UTF_8);
              a.expectMessage(a.etid(), b.etid(), 3, whole);
              b.expect(Peer.PONG);
            }),
        raw(
            "6",
            "fragments over 0xFFF0 bytes in all close the client with a reason",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              b.send(Peer.PUBFRAG, 0, b.etid(), 0, random(40_000));
              b.send(Peer.PUBFRAG, a.etid(), b.etid(), 0, random(40_000));
              b.expectDisconnected();
              a.expectNothingFrom(stage.connected("carol"));
            }),
        raw(
            "6",
            "fragments may fill the largest payload",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              byte[] half = random(MAX_PAYLOAD / 2);
              b.send(Peer.PUBFRAG, 0, b.etid(), 0, half);
              b.send(Peer.PUBFRAG, a.etid(), b.etid(), 0, half);
              assertEquals(12 + MAX_PAYLOAD, a.expect(Peer.PUBLISH).body().length);
            }),
        raw(
            "3.5",
            "the last fragment's publisher must be the sender",
            stage -> {
              Peer a = stage.connected("alice");
              Peer b = stage.connected("bobby");
              b.send(Peer.PUBFRAG, 0, 0, 0, "part");
              b.send(Peer.PUBFRAG, a.etid(), a.etid(), 0, "forged");
              assertEquals("corrupt frame", b.expectDisconnected());
              a.expectNothingFrom(stage.connected("carol"));
            }));
  }
}
