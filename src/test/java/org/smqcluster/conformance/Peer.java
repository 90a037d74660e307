package org.smqcluster.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of the suite: says packets of SMQ section 2 over a wire, and expects answers. */
final class Peer {

  static final int INIT = 1;
  static final int CONNECT = 2;
  static final int CONNACK = 3;
  static final int SUBSCRIBE = 4;
  static final int SUBACK = 5;
  static final int CREATE = 6;
  static final int CREATEACK = 7;
  static final int PUBLISH = 8;
  static final int UNSUBSCRIBE = 9;
  static final int DISCONNECT = 11;
  static final int PING = 12;
  static final int PONG = 13;
  static final int OBSERVE = 14;
  static final int UNOBSERVE = 15;
  static final int CHANGE = 16;
  static final int CREATESUB = 17;
  static final int CREATESUBACK = 18;
  static final int PUBFRAG = 19;

  private static int markers;

  final Wire wire;
  private int etid;

  Peer(Wire wire) {
    this.wire = wire;
  }

  /** Type and body of a packet: ids as ints, anything else as bytes. */
  static byte[] packet(int type, Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(type);
    for (Object part : parts) {
      if (part instanceof Integer id) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
      } else if (part instanceof byte[] bytes) {
        out.writeBytes(bytes);
      } else {
        out.writeBytes(part.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  void send(int type, Object... parts) {
    wire.send(packet(type, parts));
  }

  static byte[] connectBody(int version, byte[] uid) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(version);
    if (version == 2) {
      body.write(0);
      body.write(0);
    }
    body.write(uid.length);
    body.writeBytes(uid);
    body.write(0);
    body.writeBytes("conformance".getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  Frame expect(int type) {
    Frame frame = wire.next();
    frame.expectType(type);
    return frame;
  }

  Peer readInit() {
    expect(INIT);
    return this;
  }

  void sendConnect(String uid) {
    send(CONNECT, connectBody(1, uid.getBytes(StandardCharsets.UTF_8)));
  }

  Peer connected(String uid) {
    readInit();
    sendConnect(uid);
    readConnack();
    return this;
  }

  void readConnack() {
    Frame connack = expect(CONNACK);
    assertEquals(0, connack.u8(0), () -> "refused: " + connack.text(5));
    etid = connack.id(1);
  }

  void expectRefused(int code) {
    Frame last = wire.untilClosed();
    assertNotNull(last, "closed without a Connack");
    last.expectType(CONNACK);
    assertEquals(code, last.u8(0));
    assertEquals(0, last.id(1));
    assertTrue(!last.text(5).isEmpty(), "a refusal has a reason");
  }

  int etid() {
    return etid;
  }

  private int named(int type, int ackType, String name) {
    send(type, name);
    Frame ack = expect(ackType);
    assertEquals(0, ack.u8(0), "denied: " + name);
    assertEquals(name, ack.text(5));
    assertTrue(ack.id(1) != 0);
    return ack.id(1);
  }

  int subscribe(String topic) {
    return named(SUBSCRIBE, SUBACK, topic);
  }

  int create(String topic) {
    return named(CREATE, CREATEACK, topic);
  }

  int createSub(String subtopic) {
    return named(CREATESUB, CREATESUBACK, subtopic);
  }

  void publish(int tid, int subtid, Object payload) {
    send(PUBLISH, tid, etid, subtid, payload);
  }

  void publish(int tid, Object payload) {
    publish(tid, 0, payload);
  }

  /** The next packet is this message. */
  void expectMessage(int tid, int ptid, int subtid, byte[] payload) {
    Frame message = expect(PUBLISH);
    assertEquals(tid, message.id(0));
    assertEquals(ptid, message.id(4));
    assertEquals(subtid, message.id(8));
    assertArrayEquals(payload, message.bytes(12));
  }

  void expectMessage(String payload) {
    assertEquals(payload, expect(PUBLISH).text(12));
  }

  void expectChange(int id, int count) {
    Frame change = expect(CHANGE);
    assertEquals(id, change.id(0));
    assertEquals(count, change.id(4));
  }

  /** Waits for this count of an observed topic; other nodes' counts may come one by one. */
  void awaitChange(int id, int count) {
    Frame change = expect(CHANGE);
    while (change.id(0) != id || change.id(4) != count) {
      change = expect(CHANGE);
    }
  }

  /** Nothing that the sender has sent until now is on its way to this peer. */
  void expectNothingFrom(Peer sender) {
    String marker = "marker " + markers++;
    sender.publish(etid, marker);
    expectMessage(marker);
  }

  /** All that this peer has sent is handled, and nothing has come back. */
  void expectNothing() {
    send(PING);
    expect(PONG);
  }

  /** The connection ends, with Disconnect and a reason before. */
  String expectDisconnected() {
    Frame last = wire.untilClosed();
    assertNotNull(last, "closed without a word");
    last.expectType(DISCONNECT);
    assertTrue(!last.text(0).isEmpty(), "a Disconnect of the broker has a reason");
    return last.text(0);
  }
}
