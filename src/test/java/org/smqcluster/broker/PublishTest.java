package org.smqcluster.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketType;
import org.smqcluster.protocol.ProtocolLimits;

/** Topics and messages: SMQ sections 3.4 to 3.6. */
class PublishTest {

  private final BrokerRig rig = BrokerRig.start();
  private final TestClient alice = rig.connected("alice-1");
  private final TestClient bob = rig.connected("bob-12");

  @Test
  void aNameHasOneTidForEveryClientAndSpelling() {
    int tid = alice.create("t");
    assertEquals(tid, bob.subscribe("t"));
    assertEquals(tid, bob.create("t"));
    assertNotEquals(tid, bob.create("another"));
  }

  @Test
  void createDoesNotSubscribe() {
    int tid = alice.create("t");
    bob.publish(tid, "no receiver");
    alice.expectNothing();
  }

  @Test
  void subTopicsHaveAnIdSpaceOfTheirOwnAndKeepTheirIds() {
    alice.send(new Packet.Createsub("led"));
    bob.send(new Packet.Createsub("led"));
    Packet.Createsuback ack = alice.next(Packet.Createsuback.class);
    assertEquals(ack, bob.next(Packet.Createsuback.class));
    assertEquals("led", ack.subtopic());
    assertEquals("led", rig.broker.topics().subtopic(ack.subtid()).orElseThrow());
    assertTrue(rig.broker.topics().find("led").isEmpty());
  }

  @Test
  void aMessageReachesEverySubscriberUnchanged() {
    int tid = alice.subscribe("t");
    bob.subscribe("t");
    TestClient sender = rig.connected("sender");
    Packet.Publish sent =
        Packet.Publish.of(tid, sender.etid(), 77, new byte[] {1, 2, 3, (byte) 0xFF});
    sender.send(sent);
    for (TestClient receiver : List.of(alice, bob)) {
      Packet.Publish got = receiver.next(Packet.Publish.class);
      assertSame(sent.encoded(), got.encoded());
      receiver.expectNothing();
    }
    sender.expectNothing();
  }

  @Test
  void thePublisherGetsItsOwnMessageIfItSubscribes() {
    int tid = alice.subscribe("t");
    alice.publish(tid, "to myself");
    assertEquals("to myself", alice.nextMessage());
  }

  @Test
  void subscribingTwiceGivesTwoSubacksAndOneDelivery() {
    int tid = alice.subscribe("t");
    assertEquals(tid, alice.subscribe("t"));
    bob.publish(tid, "once");
    assertEquals("once", alice.nextMessage());
    alice.expectNothing();
  }

  @Test
  void afterUnsubscribeNothingComesAndThereIsNoAnswer() {
    int tid = alice.subscribe("t");
    alice.send(new Packet.Unsubscribe(tid));
    bob.publish(tid, "too late");
    alice.expectNothing();
    alice.send(new Packet.Unsubscribe(tid));
    alice.send(new Packet.Unsubscribe(4711));
    alice.expectNothing();
    assertNull(alice.connection.closed());
  }

  @Test
  void oneSubscriberLeavingTakesNoOtherAlong() {
    int tid = alice.subscribe("t");
    bob.subscribe("t");
    alice.send(new Packet.Disconnect(""));
    rig.connected("sender").publish(tid, "still here");
    assertEquals("still here", bob.nextMessage());
  }

  @Test
  void aMessageToAnEtidReachesItsOwnerAlone() {
    bob.publish(alice.etid(), "for alice");
    assertEquals("for alice", alice.nextMessage());
    bob.expectNothing();
  }

  @Test
  void aClientMaySendToItself() {
    alice.publish(alice.etid(), "note to self");
    assertEquals("note to self", alice.nextMessage());
  }

  @Test
  void aWrongPublisherIsClosedAndNothingIsDelivered() {
    int tid = alice.subscribe("t");
    bob.send(Packet.Publish.of(tid, alice.etid(), 0, new byte[1]));
    bob.expectClosed(CloseReason.PROTOCOL_ERROR, "corrupt frame");
    alice.expectNothing();
    assertTrue(rig.broker.client(bob.etid()).isEmpty());
  }

  @Test
  void messagesWithoutReceiversAreDroppedAndCounted() {
    int tid = alice.create("t");
    bob.publish(tid, "no subscriber");
    bob.publish(12345, "no such topic");
    bob.publish(Ids.etid(99), "no such client");
    bob.publish(0, "nothing");
    bob.publish(-1, "beyond");
    bob.publish(1, "no receiver inside");
    assertEquals(6, rig.broker.metrics().droppedCopies(DropReason.NO_RECEIVER));
    assertEquals(6, rig.events.stream().filter("dropped NO_RECEIVER"::equals).count());
    bob.expectNothing();
    assertNull(bob.connection.closed());
  }

  @Test
  void theOrderOfOnePublisherIsKept() {
    int tid = alice.subscribe("t");
    for (int i = 0; i < 1000; i++) {
      bob.publish(i % 2 == 0 ? tid : alice.etid(), "message " + i);
    }
    for (int i = 0; i < 1000; i++) {
      assertEquals("message " + i, alice.nextMessage());
    }
  }

  @Test
  void theLargestPayloadIsDelivered() {
    byte[] payload = new byte[ProtocolLimits.MAX_PAYLOAD];
    java.util.Arrays.fill(payload, (byte) 7);
    bob.publish(alice.etid(), payload);
    assertArrayEquals(payload, alice.next(Packet.Publish.class).payload());
  }

  @Test
  void anEmptyPayloadIsDelivered() {
    bob.publish(alice.etid(), "");
    assertEquals("", alice.nextMessage());
  }

  @Test
  void selfIsAnOrdinaryNameOnTheWire() {
    int tid = alice.subscribe("self");
    bob.publish(tid, "hello");
    assertEquals("hello", alice.nextMessage());
  }

  @Test
  void topicNamesAreBytesAndComeBackUnchanged() {
    alice.sendBytes(4, 0xC3, 0x28);
    alice.sendBytes(4, 0xC3, 0x29);
    Packet.Suback first = alice.next(Packet.Suback.class);
    Packet.Suback second = alice.next(Packet.Suback.class);
    assertNotEquals(first.tid(), second.tid());
    assertArrayEquals(
        new byte[] {(byte) 0xC3, 0x28}, org.smqcluster.protocol.WireText.encode(first.topic()));
  }

  @Test
  void aPublishThatThePolicyForbidsIsDroppedSilently() {
    TopicPolicy readOnly =
        new TopicPolicy() {
          @Override
          public boolean mayPublish(Client client, Packet.Publish message, String topic) {
            return !topic.equals("forbidden");
          }
        };
    BrokerRig guarded =
        BrokerRig.start(
            request -> CompletableFuture.completedStage(Authentication.ANONYMOUS), readOnly);
    TestClient receiver = guarded.connected("receiver");
    int tid = receiver.subscribe("forbidden");
    TestClient sender = guarded.connected("sender");
    sender.publish(tid, "no");
    sender.publish(receiver.etid(), "yes");
    assertEquals("yes", receiver.nextMessage());
    assertEquals(1, guarded.broker.metrics().droppedCopies(DropReason.DENIED));
    assertNull(sender.connection.closed());
  }

  @Test
  void aDeniedRequestIsAnsweredWithStatusOneAndIdZero() {
    TopicPolicy closed =
        new TopicPolicy() {
          @Override
          public boolean maySubscribe(Client client, String topic) {
            return false;
          }

          @Override
          public boolean mayCreate(Client client, String topic) {
            return false;
          }

          @Override
          public boolean mayCreateSubtopic(Client client, String subtopic) {
            return false;
          }
        };
    BrokerRig guarded =
        BrokerRig.start(
            request -> CompletableFuture.completedStage(Authentication.ANONYMOUS), closed);
    TestClient client = guarded.connected("client-a");
    client.send(new Packet.Subscribe("t"));
    client.send(new Packet.Create("t"));
    client.send(new Packet.Createsub("t"));
    assertEquals(
        List.of(
            new Packet.Suback(false, 0, "t"),
            new Packet.Createack(false, 0, "t"),
            new Packet.Createsuback(false, 0, "t")),
        client.all());
    assertEquals(0, guarded.broker.topics().all().size());
    assertEquals(3, guarded.broker.metrics().refusals(Refusal.TOPIC_DENIED));
  }

  @Test
  void pingIsAnsweredByPongAndPongIsIgnored() {
    alice.send(new Packet.Ping());
    alice.send(new Packet.Pong());
    assertEquals(List.of(new Packet.Pong()), alice.all());
  }

  @Test
  void packetsAndBytesAreCounted() {
    int tid = alice.subscribe("t");
    bob.publish(tid, "12345");
    assertEquals(1, rig.broker.metrics().packetsIn(PacketType.PUBLISH));
    assertEquals(1, rig.broker.metrics().packetsOut(PacketType.PUBLISH));
    assertEquals(2, bob.session.packetsIn());
    assertEquals(1, rig.broker.topics().find(tid).orElseThrow().messages());
  }
}
